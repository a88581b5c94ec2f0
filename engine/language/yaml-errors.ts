import type { YAMLError } from 'yaml'
import { closerOf, openBracket } from './brackets.ts'
import { foreignHint } from './foreign.ts'
import type { Report } from './report.ts'
import { placeAt, type Sheet, type Span } from './sheet.ts'

/** Reports an error of the YAML parser, in the author's terms where the cause is one of the known traps. */
export function explainYamlError(error: YAMLError, sheet: Sheet, report: Report): void {
  const span = { start: error.pos[0], end: Math.max(error.pos[1], error.pos[0] + 1) }
  const line = lineOf(sheet, span.start)
  const known = expressionTrap(error, line) ?? foreignMark(line, span) ?? byCode(error, sheet, span)
  if (known) report(known.code, known.span, known.message, known.hint)
  else report('yaml.syntax', span, `This is not YAML: ${lowerFirst(error.message)}`)
}

interface Line extends Span {
  readonly text: string
}

interface Explanation {
  readonly code:
    | 'yaml.expressionColon'
    | 'yaml.expressionInFlow'
    | 'yaml.colon'
    | 'yaml.start'
    | 'yaml.tab'
    | 'yaml.documents'
    | 'template.foreign'
    | 'yaml.quote'
    | 'yaml.indentation'
    | 'yaml.tooDeep'
    | 'yaml.bracket'
    | 'yaml.syntax'
  readonly span: Span
  readonly message: string
  readonly hint?: string
}

/** Keys whose value is a bare expression. */
const bare = /^(?:if|when|while|until|match|keep)$/

/** The traps of unquoted expressions: `": "` inside one, and one inside braces or brackets. */
function expressionTrap(error: YAMLError, line: Line): Explanation | undefined {
  const flow = /[{[][^'"]*(?<!\$)(\$\{.*)$/.exec(line.text)
  const opensFlow = flow && /(?:^|[\s,[{:])[{[]/.test(line.text.slice(0, flow.index + 1))
  if (opensFlow && error.code !== 'BLOCK_AS_IMPLICIT_KEY') {
    const start = line.start + line.text.length - (flow[1]?.length ?? 0)
    const end = closingBrace(line.text, start - line.start) + line.start
    return inFlow(line, start - line.start, end - line.start)
  }
  const value = /^([\s-]*)([\w.-]+):\s+([^\s'"|>&*!{[].*?)\s*$/.exec(line.text)
  const text = value?.[3]
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY' || text === undefined || !/:\s|:$/.test(text)) return undefined
  const start = line.start + line.text.lastIndexOf(text)
  const isExpression = text.includes('${') || text.startsWith('$') || bare.test(value?.[2] ?? '')
  return {
    code: isExpression ? 'yaml.expressionColon' : 'yaml.colon',
    span: { start, end: start + text.length },
    message: isExpression
      ? 'YAML takes the ": " in this unquoted expression for the end of a key'
      : 'YAML takes the ": " in this unquoted text for the end of a key',
    hint: `Quote it: ${quoted(text)}`,
  }
}

function inFlow(line: Line, start: number, end: number): Explanation {
  return {
    code: 'yaml.expressionInFlow',
    span: { start: line.start + start, end: line.start + end },
    message: 'Inside { } or [ ] YAML ends an unquoted expression at its first brace, bracket or comma',
    hint: `Quote it: ${quoted(line.text.slice(start, end))}`,
  }
}

function foreignMark(line: Line, span: Span): Explanation | undefined {
  const mark = /\{%.*?%\}|\{\{.*?\}\}/.exec(line.text)
  if (!mark || line.start + mark.index > span.end) return undefined
  const start = line.start + mark.index
  const isBare = bare.test(/^[\s-]*([\w.-]+):/.exec(line.text)?.[1] ?? '')
  return {
    code: 'template.foreign',
    span: { start, end: start + mark[0].length },
    message: `"${mark[0]}" is the mark of another language`,
    hint: foreignHint(mark[0], isBare),
  }
}

function byCode(error: YAMLError, sheet: Sheet, span: Span): Explanation | undefined {
  if (error.code === 'TAB_AS_INDENT')
    return {
      code: 'yaml.tab',
      span,
      message: 'YAML is not indented with tabs',
      hint: 'Use spaces, two for each level',
    }
  const isBelow = error.code === 'BLOCK_AS_IMPLICIT_KEY'
  if (isBelow || /same column|without - indicator/.test(error.message))
    return {
      code: 'yaml.indentation',
      span: solidOf(sheet, isBelow ? lineBelow(sheet, span) : span),
      message: 'This line is not indented like the ones it belongs to',
      hint: 'Keys of one map start in the same column, and so do the dashes of one list',
    }
  if (error.code === 'MULTIPLE_DOCS')
    return {
      code: 'yaml.documents',
      span: { start: span.start, end: span.start + 3 },
      message: 'A second document starts here; a file holds one definition',
      hint: 'Move it to a file of its own',
    }
  if (/^(?:flow|Flow|Expected flow)/.test(error.message) || /end with a? ?[\]}]/.test(error.message))
    return unclosed(sheet, span)
  if (/^Unexpected flow-(?:map|seq)-start at node end|^Missing , or : between/.test(error.message))
    return cutInFlow(sheet, span) ?? missingComma(sheet, span)
  if (/block collections are not allowed within flow/i.test(error.message)) return blockInFlow(sheet, span)
  if (/^Unexpected flow-(?:map|seq)-end token/.test(error.message))
    return {
      code: 'yaml.bracket',
      span: { start: span.start, end: span.start + 1 },
      message: `This "${sheet.text.charAt(span.start)}" closes nothing`,
      hint: 'Remove it, or open what it should close',
    }
  const value = valueOn(lineOf(sheet, span.start))
  if (/at node end/.test(error.message) && sheet.text.charAt(value.start) === '*') return star(sheet, value)
  if (error.code === 'BAD_ALIAS' && sheet.text.charAt(span.start) === '*') return star(sheet, span)
  if (error.code === 'BAD_SCALAR_START')
    return {
      code: 'yaml.start',
      span,
      message: `An unquoted text cannot start with ${sheet.text.charAt(span.start)}`,
      hint: `Quote it: ${quoted(plainAt(sheet, span.start))}`,
    }
  if (/call stack/.test(error.message))
    return {
      code: 'yaml.tooDeep',
      span,
      message: 'The file is nested deeper than anything can read',
      hint: 'Move what is inside into workflows of its own',
    }
  if (error.code === 'MISSING_CHAR' && /quote/.test(error.message))
    return {
      code: 'yaml.quote',
      span: openQuote(sheet, span),
      message: 'A quote is opened and not closed',
      hint: 'Close it, or double a quote that belongs to the text',
    }
  if (error.code === 'UNEXPECTED_TOKEN' && /scalar at node end/.test(error.message))
    return {
      code: 'yaml.quote',
      span,
      message: 'Text stands after the closing quote',
      hint: /["']/.test(sheet.text.charAt(value.start))
        ? `Quote it: ${quoted(sheet.text.slice(value.start, value.end).trimEnd())}`
        : 'Quote the whole value, with quotes of the other kind inside it',
    }
  return undefined
}

function unclosed(sheet: Sheet, span: Span): Explanation | undefined {
  const open = openBracket(sheet, span.end)
  if (!open) return undefined
  const message = `This "${sheet.text.charAt(open.start)}" is not closed`
  return { code: 'yaml.bracket', span: open, message, hint: `Close it with "${closerOf(sheet, open)}"` }
}

/** An unquoted text in braces or brackets ends at the next of them, or at a comma, whatever stands around it. */
function cutInFlow(sheet: Sheet, span: Span): Explanation | undefined {
  const line = lineOf(sheet, span.start)
  const at = span.start - line.start
  const colon = line.text.lastIndexOf(': ', at - 1)
  let start = colon < 0 ? 0 : colon + 2
  let depth = 0
  for (let index = start; index < at; index++) {
    if (line.text.charAt(index) === '(') depth++
    if (line.text.charAt(index) === ')') depth--
    if (depth <= 0 && /[,[{]/.test(line.text.charAt(index))) start = index + 1
  }
  start += line.text.slice(start).length - line.text.slice(start).trimStart().length
  const value = line.text.slice(start, endOfValue(line.text, start))
  return /[$([]/.test(value) ? inFlow(line, start, start + value.length) : undefined
}

function missingComma(sheet: Sheet, span: Span): Explanation {
  const message = `A comma is missing before this "${sheet.text.charAt(span.start)}"`
  const hint = 'Inside { } and [ ] everything is separated by commas'
  return { code: 'yaml.syntax', span: { start: span.start, end: span.start + 1 }, message, hint }
}

/** Two keys without a comma between them, or items with dashes. */
function blockInFlow(sheet: Sheet, span: Span): Explanation {
  const text = plainAt(sheet, span.start)
  const place = { start: span.start, end: span.start + Math.max(1, text.length) }
  if (text.startsWith('-')) {
    const message = 'Inside [ ] items have no dashes'
    return {
      code: 'yaml.syntax',
      span: place,
      message,
      hint: 'Separate them by commas, or leave the brackets out',
    }
  }
  return {
    code: 'yaml.colon',
    span: place,
    message: 'YAML takes the ": " in this unquoted text for the end of a key',
    hint: `Separate two keys by a comma, or quote the text: ${quoted(text)}`,
  }
}

/** A star before nothing, as in a cron line or among types of errors, was meant as a text. */
function star(sheet: Sheet, span: Span): Explanation {
  const text = plainAt(sheet, span.start)
  return {
    code: 'yaml.start',
    span: { start: span.start, end: span.start + text.length },
    message: 'An unquoted text cannot start with *',
    hint: `Quote it: ${quoted(text)}`,
  }
}

/** An unquoted text, as far as it can reach. */
function plainAt(sheet: Sheet, start: number): string {
  return /^[^\n,\]}#]*/.exec(sheet.text.slice(start, start + 500))?.[0].trimEnd() ?? ''
}

/** What stands behind the key of a line. */
function valueOn(line: Line): Span {
  const key = /^[\s-]*[\w.-]+:\s+/.exec(line.text)?.[0] ?? ''
  return { start: line.start + key.length, end: line.end }
}

/** What stands first on the line of a place. */
function solidOf(sheet: Sheet, span: Span): Span {
  const line = lineOf(sheet, span.start)
  const text = line.text.trimEnd()
  const start = line.start + text.length - text.trimStart().length
  const end = line.start + text.length
  return start < end ? { start, end } : span
}

/** Where the unclosed quote of a broken sheet most likely is: the first line with an odd number of them. */
function openQuote(sheet: Sheet, span: Span): Span {
  const before = sheet.text.slice(0, span.start)
  const at = /(?:^|[\s:[{,-])(['"])(?:(?!\1)[^\n])*$/m.exec(before)
  const start = at ? at.index + at[0].indexOf(at[1] ?? '') : span.start
  return { start, end: start + 1 }
}

/** The line after that of a place. */
function lineBelow(sheet: Sheet, span: Span): Span {
  const line = lineOf(sheet, span.start)
  return lineOf(sheet, Math.min(line.end + 1, sheet.text.length))
}

function lineOf(sheet: Sheet, offset: number): Line {
  const [number] = placeAt(sheet, offset)
  const start = sheet.lineStarts[number - 1] ?? 0
  const end = sheet.lineStarts[number] ?? sheet.text.length + 1
  return { start, end: end - 1, text: sheet.text.slice(start, end - 1) }
}

function closingBrace(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === '{') depth++
    if (text.charAt(at) === '}' && --depth === 0) return at + 1
  }
  return text.length
}

/** Where the value ends that goes on with the bracket at `from`: before the comma or the closing bracket around it. */
function endOfValue(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (/[[{(]/.test(text.charAt(at))) depth++
    if (depth === 0 && /[\]},]/.test(text.charAt(at))) return text.slice(0, at).trimEnd().length
    if (/[\]})]/.test(text.charAt(at))) depth--
  }
  return text.trimEnd().length
}

/** `text` in quotes that need no escapes where there are such. */
export function quoted(text: string): string {
  if (!/["\\]/.test(text)) return `"${text}"`
  return `'${text.replaceAll("'", "''")}'`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

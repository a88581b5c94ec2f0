import { analyse } from '../../expressions/analyse.ts'
import type { Expression, Template } from '../../expressions/template.ts'
import type { Json } from '../../json.ts'
import { commentBehind } from '../comments.ts'
import { offsetsOf } from '../offsets.ts'
import { placeAt, type Span } from '../sheet.ts'
import { foreignHint } from '../foreign.ts'
import { type MarkProblem, type Piece, piecesOf, trimmed } from '../template.ts'
import { fieldOf, textOf, type Written, type WrittenMap, type WrittenScalar } from '../written.ts'
import type { Lowering } from './context.ts'

/** The template at a value position; `withSecrets` where `{ $secret: NAME }` may stand. */
export function templateOf(written: Written, lowering: Lowering, withSecrets = false): Template {
  const template = lowerTemplate(written, lowering, withSecrets)
  lowering.origins.written.set(template, written)
  return template
}

/** The template of a key that may be missing. */
export function optionalTemplate(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): Template | undefined {
  const written = fieldOf(map, key)
  return written && templateOf(written, lowering)
}

/** The template of a key, or a constant where it is missing. */
export function templateOr(
  map: Written | undefined,
  key: string,
  fallback: Json,
  lowering: Lowering,
): Template {
  return optionalTemplate(map, key, lowering) ?? { value: fallback }
}

/** A template that is a text: a constant of another type counts as what it looks like. */
export function textTemplate(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): Template | undefined {
  const template = optionalTemplate(map, key, lowering)
  if (template === undefined || !('value' in template) || typeof template.value === 'string') return template
  const { value } = template
  const text: Template = { value: typeof value === 'object' ? JSON.stringify(value) : String(value) }
  const written = lowering.origins.written.get(template)
  if (written) lowering.origins.written.set(text, written)
  return text
}

/** A condition or another bare expression; a wrapper of `${ }` and YAML's booleans are tolerated. */
export function bareExpression(written: Written | undefined, lowering: Lowering): Expression | undefined {
  if (written?.type !== 'scalar' || written.value === null) return undefined
  const text = String(written.value)
  if (isForeign(text, written, lowering)) return undefined
  reportCut(written, '$', lowering)
  if (!text.includes('${')) return expressionOf(written, text, 0, lowering)
  const { source, from } = trimmed(text, 0)
  const { pieces, problems } = piecesOf(source)
  const only = pieces[0]
  const isWrapped = pieces.length === 1 && only !== undefined && 'source' in only && problems.length === 0
  if (isWrapped) return expressionOf(written, only.source, from + only.from, lowering)
  const span = spanWithin(written, text.indexOf('${'), text.length, lowering)
  const joined = pieces.map((piece) => ('literal' in piece ? piece.literal : piece.source)).join('')
  const hint = analyse(joined).ok
    ? `Write it bare: ${joined}`
    : 'Write it bare: names of data start with $, texts stand in single quotes'
  lowering.report(
    'condition.marks',
    span,
    'Here the whole value is one expression, without ${ } inside it',
    hint,
  )
  return undefined
}

/** Reports the marks of another language around a bare expression. */
function isForeign(text: string, written: WrittenScalar, lowering: Lowering): boolean {
  const mark = /\$?\{\{.*\}\}|\{%.*%\}/s.exec(text)
  if (!mark) return false
  const span = spanWithin(written, mark.index, mark.index + mark[0].length, lowering)
  lowering.report(
    'template.foreign',
    span,
    `"${mark[0]}" is the mark of another language`,
    foreignHint(mark[0], true),
  )
  return true
}

/** A bare expression under a key. */
export function bareField(map: Written | undefined, key: string, lowering: Lowering): Expression | undefined {
  return bareExpression(fieldOf(map, key), lowering)
}

function lowerTemplate(written: Written, lowering: Lowering, withSecrets: boolean): Template {
  if (written.type === 'list') {
    const list = written.items.map((item) => templateOf(item, lowering, withSecrets))
    const isConstant = list.every((item) => 'value' in item)
    return isConstant ? { value: list.map(constantOf) } : { list }
  }
  if (written.type === 'map') return lowerMap(written, lowering, withSecrets)
  if (typeof written.value !== 'string') return { value: written.value }
  return lowerText(written, written.value, lowering)
}

function lowerMap(written: WrittenMap, lowering: Lowering, withSecrets: boolean): Template {
  const secret = written.entries.find((entry) => entry.key === '$secret')
  if (secret) return lowerSecret(written, lowering, withSecrets)
  const parts = written.entries.map(
    (entry) => [entry.key, templateOf(entry.value, lowering, withSecrets)] as const,
  )
  const isConstant = parts.every(([, part]) => 'value' in part)
  if (!isConstant) return { map: Object.fromEntries(parts) }
  return { value: Object.fromEntries(parts.map(([key, part]) => [key, constantOf(part)])) }
}

function lowerSecret(written: WrittenMap, lowering: Lowering, isAllowed: boolean): Template {
  const name = textOf(fieldOf(written, '$secret'))
  const hint = 'Write { $secret: NAME }, with a name from `secrets`'
  if (name === undefined || written.entries.length !== 1)
    lowering.report('secret.shape', written, 'A secret is a map with nothing but `$secret` and a name', hint)
  else if (isAllowed) return { secret: name }
  else {
    const where =
      'A secret may only stand in the `with` of a call: anywhere else it would enter the history of the run'
    lowering.report('secret.misplaced', written, where, 'Hand it to the activity that needs it')
  }
  return { value: null }
}

function lowerText(written: WrittenScalar, value: string, lowering: Lowering): Template {
  reportCut(written, '${', lowering)
  if (!/\$\{|\{\{|\{%/.test(value)) return { value }
  const { pieces, problems } = piecesOf(value)
  const isLogic = (problem: MarkProblem): boolean => value.startsWith('{%', problem.from)
  // `{% if %} … {% endif %}` is one mistake.
  const others = problems.filter((problem) => !isLogic(problem) || problem === problems.find(isLogic))
  for (const problem of others) reportMark(problem, written, value, lowering)
  const only = loneExpression(pieces)
  if (only) return { expr: expressionOf(written, only.source, only.from, lowering) }
  if (pieces.every((piece) => 'literal' in piece))
    return { value: pieces.map((piece) => ('literal' in piece ? piece.literal : '')).join('') }
  const text = pieces.map((piece) =>
    'literal' in piece ? piece.literal : expressionOf(written, piece.source, piece.from, lowering),
  )
  return { text }
}

/** A text behind which an expression is commented out, without even a space, has been cut. */
function reportCut(written: WrittenScalar, mark: string, lowering: Lowering): void {
  const rest = commentBehind(written, lowering.sheet)
  const comment = rest ? lowering.sheet.text.slice(written.end, rest.end) : ''
  if (!rest || !/^\s+#\S/.test(comment) || !comment.includes(mark)) return
  const message = 'YAML takes " #" for a comment, which cuts this text off'
  lowering.report('yaml.expressionComment', rest, message, 'Quote the whole value')
}

/** The expression of a text that holds nothing else but white space around it. */
function loneExpression(pieces: readonly Piece[]): Extract<Piece, { source: string }> | undefined {
  const solid = pieces.filter((piece) => 'source' in piece || piece.literal.trim() !== '')
  const only = solid[0]
  return solid.length === 1 && only !== undefined && 'source' in only ? only : undefined
}

function reportMark(problem: MarkProblem, written: WrittenScalar, value: string, lowering: Lowering): void {
  const span = spanWithin(written, problem.from, problem.end, lowering)
  if (problem.what === 'foreign') {
    const mark = value.slice(problem.from, problem.end)
    const message = `"${mark}" is the mark of another language`
    lowering.report('template.foreign', span, message, foreignHint(mark, false))
    return
  }
  const rest = commentBehind(written, lowering.sheet)
  if (rest) {
    const hint = 'Quote the whole value'
    lowering.report(
      'yaml.expressionComment',
      rest,
      'YAML takes " #" for a comment, which cuts this expression off',
      hint,
    )
    return
  }
  lowering.report(
    'template.unclosed',
    span,
    'This ${ is never closed',
    'Close it with }, or write $${ for the text ${',
  )
}

function expressionOf(written: WrittenScalar, text: string, from: number, lowering: Lowering): Expression {
  const { source, from: start } = trimmed(text, from)
  const offset = offsetsOf(written, lowering.sheet.text)(start)
  const expression: Expression = { jsonata: source, at: placeAt(lowering.sheet, offset) }
  lowering.origins.expressions.set(expression, { scalar: written, from: start })
  return expression
}

/** Where characters `from` to `end` of a scalar's value are written. */
function spanWithin(written: WrittenScalar, from: number, end: number, lowering: Lowering): Span {
  const offset = offsetsOf(written, lowering.sheet.text)
  return { start: offset(from), end: offset(Math.max(end, from + 1) - 1) + 1 }
}

function constantOf(template: Template): Json {
  return 'value' in template ? template.value : null
}

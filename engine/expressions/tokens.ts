/** A piece of an expression's source, from `start` to before `end`. */
export interface Token {
  readonly kind: 'literal' | 'name' | 'operator' | 'regex' | 'variable'
  readonly text: string
  readonly start: number
  readonly end: number
}

/** The tokens of a source, and where each bracket's partner ends. */
export interface Tokens {
  readonly all: readonly Token[]
  /** By the end of a token, which is what JSONata calls its position. */
  readonly byEnd: ReadonlyMap<number, Token>
  /** From the end of an opening bracket to the end of its partner. */
  readonly closing: ReadonlyMap<number, number>
}

const space = /[ \t\n\r\v]+|\/\*[^]*?\*\//y
const operator = /\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.[\]{}(),@#;:?+\-*/%|=<>^&!~]/y
const text = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y
const digits = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y
const quotedName = /`[^`]*`/y
const word = /[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y

const opens = new Set(['(', '[', '{'])
const closes = new Set([')', ']', '}'])
const keywords = new Set(['and', 'or', 'in'])
const constants = new Set(['true', 'false', 'null'])

/**
 * Splits `source` as JSONata's own parser does, which tells the end of its tokens and little more.
 * Where it is no expression, the tokens end early: the parser says why.
 */
export function tokenise(source: string): Tokens {
  const all: Token[] = []
  const closing = new Map<number, number>()
  const open: { readonly end: number; bars: number }[] = [{ end: 0, bars: 0 }]
  let operand = true
  for (let at = skip(source, 0); at < source.length; at = skip(source, at)) {
    const token = tokenAt(source, at, operand)
    if (!token) break
    all.push(token)
    at = token.end
    const level = open.at(-1)
    if (opens.has(token.text) && token.kind === 'operator') open.push({ end: token.end, bars: 0 })
    else if (closes.has(token.text) && token.kind === 'operator' && open.length > 1) {
      const { end } = open.pop() ?? { end: 0 }
      closing.set(end, token.end)
    }
    operand =
      level && token.text === '|' && token.kind === 'operator' ? bar(level, operand) : expects(token, operand)
  }
  return { all, byEnd: new Map(all.map((token) => [token.end, token])), closing }
}

/** A transform has three bars: after the last one an operator follows. */
function bar(level: { bars: number }, operand: boolean): boolean {
  level.bars = operand && level.bars === 0 ? 1 : (level.bars + 1) % 3
  return level.bars !== 0
}

/** Whether an operand follows `token`, which stands where an operand is expected or not. */
function expects(token: Token, operand: boolean): boolean {
  if (token.kind !== 'operator') return false
  if (closes.has(token.text)) return false
  // Wildcards, the parent, placeholders and names that look like operators are operands where one is expected.
  if (operand && /^(?:\*\*?|%|\?|and|or|in)$/.test(token.text)) return false
  return true
}

function tokenAt(source: string, at: number, operand: boolean): Token | undefined {
  const take = (kind: Token['kind'], pattern: RegExp): Token | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    return found === undefined ? undefined : { kind, text: found, start: at, end: at + found.length }
  }
  if (source[at] === '/' && operand) return regexAt(source, at)
  const found =
    take('operator', operator) ??
    take('literal', text) ??
    take('literal', digits) ??
    take('name', quotedName) ??
    take('name', word)
  if (found?.kind !== 'name') return found
  if (found.text.startsWith('$')) return { ...found, kind: 'variable' }
  if (keywords.has(found.text)) return { ...found, kind: 'operator' }
  return constants.has(found.text) ? { ...found, kind: 'literal' } : found
}

/** A regex ends at the first slash that is neither escaped nor inside brackets. */
function regexAt(source: string, start: number): Token | undefined {
  let depth = 0
  for (let at = start + 1; at < source.length; at++) {
    const escaped = source[at - 1] === '\\'
    const char = source[at] ?? ''
    if (char === '/' && depth === 0 && backslashes(source, at) % 2 === 0) {
      let end = at + 1
      while (source[end] === 'i' || source[end] === 'm') end++
      return { kind: 'regex', text: source.slice(start, end), start, end }
    }
    if (!escaped && opens.has(char)) depth++
    if (!escaped && closes.has(char)) depth--
  }
  return undefined
}

function backslashes(source: string, at: number): number {
  let count = 0
  while (source[at - 1 - count] === '\\') count++
  return count
}

function skip(source: string, at: number): number {
  let next = at
  for (;;) {
    space.lastIndex = next
    const found = space.exec(source)?.[0]
    if (found === undefined) return next
    next += found.length
  }
}

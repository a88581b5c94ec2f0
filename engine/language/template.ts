/** A piece of a text: literal, or the source of an expression and where it starts in the text. */
export type Piece =
  | { readonly literal: string }
  | { readonly source: string; readonly from: number; readonly end: number }

/** Something about the marks of a text that cannot be right: where in the text it is. */
export interface MarkProblem {
  readonly what: 'unclosed' | 'foreign'
  readonly from: number
  readonly end: number
}

/** A text split at its `${ … }`; `$${` is a literal `${`. */
export function piecesOf(text: string): {
  readonly pieces: readonly Piece[]
  readonly problems: readonly MarkProblem[]
} {
  const pieces: Piece[] = []
  const problems: MarkProblem[] = []
  let literal = ''
  let at = 0
  const flush = (): void => {
    if (literal !== '') pieces.push({ literal })
    literal = ''
  }
  while (at < text.length) {
    const open = text.indexOf('${', at)
    if (open < 0) break
    if (text.charAt(open - 1) === '$' && open > at) {
      literal += `${text.slice(at, open - 1)}\${`
      at = open + 2
      continue
    }
    literal += text.slice(at, open)
    const foreign = /^\$\{\{[^'"]*?\}\}/.exec(text.slice(open))
    if (foreign) {
      problems.push({ what: 'foreign', from: open, end: open + foreign[0].length })
      at = open + foreign[0].length
      continue
    }
    const end = endOfExpression(text, open + 2)
    if (end === undefined) {
      problems.push({ what: 'unclosed', from: open, end: text.length })
      return { pieces, problems }
    }
    flush()
    pieces.push({ ...trimmed(text.slice(open + 2, end), open + 2), end: end + 1 })
    at = end + 1
  }
  literal += text.slice(at)
  flush()
  return { pieces, problems: [...problems, ...foreignMarks(text, pieces)] }
}

/** `source` without the white space around it, and where what is left starts. */
export function trimmed(source: string, from: number): { readonly source: string; readonly from: number } {
  const left = source.length - source.trimStart().length
  return { source: source.trim(), from: from + (left === source.length ? 0 : left) }
}

function foreignMarks(text: string, pieces: readonly Piece[]): readonly MarkProblem[] {
  const inside = pieces.filter((piece) => 'source' in piece)
  return [...text.matchAll(/\{\{.*?\}\}|\{%.*?%\}/gs)]
    .map((mark) => ({ what: 'foreign' as const, from: mark.index, end: mark.index + mark[0].length }))
    .filter(({ from, end }) => !inside.some((piece) => from < piece.end && end > piece.from - 2))
    .filter(({ from }) => text.charAt(from - 1) !== '$')
}

/**
 * Where the brace is that closes an expression starting at `from`. Braces in JSONata's strings, quoted names,
 * comments and regular expressions do not count.
 */
function endOfExpression(text: string, from: number): number | undefined {
  let depth = 0
  // Whether a slash would divide, because a value stands before it, or start a regular expression.
  let afterValue = false
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '}' && depth-- === 0) return at
    if (character === '{') depth++
    const end = skipped(text, at, afterValue)
    if (end === undefined) return undefined
    if (end > at) {
      afterValue ||= !text.startsWith('/*', at)
      at = end
    } else if (!/\s/.test(character)) {
      afterValue = /[\w$)\]}%]/.test(character) && !endsWithOperatorWord(text, at)
    }
  }
  return undefined
}

/** The last character of the string, quoted name, comment or regular expression at `at`; `at` itself when there is none. */
function skipped(text: string, at: number, afterValue: boolean): number | undefined {
  const character = text.charAt(at)
  if (character === "'" || character === '"') return closing(text, at, character, true)
  if (character === '`') return closing(text, at, '`', false)
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2)
    return end < 0 ? undefined : end + 1
  }
  if (character === '/' && !afterValue) return closingSlash(text, at)
  return at
}

function closing(text: string, at: number, mark: string, escapes: boolean): number | undefined {
  for (let end = at + 1; end < text.length; end++) {
    if (escapes && text.charAt(end) === '\\') end++
    else if (text.charAt(end) === mark) return end
  }
  return undefined
}

/** JSONata's own rule: a regular expression ends at a slash outside of brackets of any kind. */
function closingSlash(text: string, at: number): number | undefined {
  let depth = 0
  for (let end = at + 1; end < text.length; end++) {
    const character = text.charAt(end)
    if (character === '\\') end++
    else if (/[([{]/.test(character)) depth++
    else if (/[)\]}]/.test(character)) depth--
    else if (character === '/' && depth === 0) return end
  }
  return undefined
}

/** `and /x/` matches, `brand /x` divides. */
function endsWithOperatorWord(text: string, at: number): boolean {
  return /(?:^|[^\w$.])(?:and|or|in)$/.test(text.slice(Math.max(0, at - 5), at + 1))
}

import { Fault } from './fault.ts'
import { literalOf } from './regex/regex.ts'
import type { Tokens } from './tokens.ts'

/** What JSONata's parser throws. */
interface Thrown {
  readonly code: string
  readonly position?: number
  readonly token?: unknown
  readonly value?: unknown
  readonly message?: string
}

/** What JSONata's parser threw about `source`, as a sentence with a place and, for habits from other languages, the cure. */
export function explain(error: unknown, source: string, tokens: Tokens): Fault {
  if (isThrown(error)) return fromCode(error, source, tokens)
  if (error instanceof RangeError) return new Fault('expression.limit', 'The expression is nested too deep')
  if (error instanceof SyntaxError) return ofRegex(tokens)
  throw error
}

function fromCode(thrown: Thrown, source: string, { byEnd }: Tokens): Fault {
  const end = thrown.position ?? source.length
  const token = byEnd.get(end)
  const isEscape = thrown.code === 'S0103' || thrown.code === 'S0104'
  const offset = Math.max(0, isEscape ? end - 1 : (token?.start ?? startOf(thrown, end, source)))
  const found = habitAt(source, offset)
  if (found) return new Fault('expression.syntax', found.message, found.hint, found.start, found.length)
  // The parser leaves `$` and quotes out.
  const named = token?.text.includes(String(thrown.token)) ? { ...thrown, token: token.text } : thrown
  const message = messages[thrown.code]?.(named) ?? sentence(thrown.message ?? thrown.code)
  return new Fault(
    'expression.syntax',
    message,
    cures[thrown.code]?.(named),
    offset,
    isEscape ? 2 : undefined,
  )
}

/** Where a token begins that only the parser takes for one. */
function startOf({ token }: Thrown, end: number, source: string): number {
  const text = typeof token === 'string' ? token : ''
  return text !== '' && source.slice(0, end).endsWith(text)
    ? end - text.length
    : Math.min(end, source.length - 1)
}

/** The host tells that a regex is none, but not where it stands. */
function ofRegex({ all }: Tokens): Fault {
  for (const { kind, text, start, end } of all) {
    const danger = kind === 'regex' ? literalOf(text).danger : undefined
    if (danger !== undefined)
      return new Fault(
        'expression.syntax',
        `The regex ${text} is refused: ${danger}`,
        undefined,
        start,
        end - start,
      )
  }
  return new Fault('expression.syntax', 'A regex is none')
}

/** What people and models write who think of another language. */
const habits: readonly (readonly [written: RegExp, message: string, hint: string])[] = [
  [/!==/y, 'JSONata has no `!==`', 'write `!=`'],
  [/={2,3}/y, 'JSONata has no `==`', 'write `=`'],
  [/&&/y, 'JSONata has no `&&`', 'write `and`'],
  [/\|\|/y, 'JSONata has no `||`', 'write `or`, or `?:` for a default'],
  [/!/y, 'JSONata has no `!`', 'write `$not(…)`'],
  [/=>/y, 'JSONata has no `=>`', 'write `function($x) { … }`'],
  [/\+\+|--(?=\s*$)/y, 'JSONata has no `++` and no `--`', 'write `$x + 1`'],
]

/** The habit that the parser stumbled over: it stops at the second character of `==`, at the third of `!==`, behind `${`. */
function habitAt(
  source: string,
  offset: number,
):
  | { readonly message: string; readonly hint: string; readonly start: number; readonly length: number }
  | undefined {
  for (const start of [offset - 2, offset - 1, offset])
    for (const [written, message, hint] of habits) {
      written.lastIndex = start
      const found = start >= 0 ? written.exec(source)?.[0] : undefined
      if (found !== undefined && start + found.length > offset)
        return { message, hint, start, length: found.length }
    }
  const not = /\bnot\s+$/.exec(source.slice(0, offset))
  if (not) return { message: 'JSONata has no `not`', hint: 'write `$not(…)`', start: not.index, length: 3 }
  const hole = source.indexOf('${')
  if (hole === -1) return undefined
  return {
    message: '`${` may not stand inside an expression',
    hint: 'write the expression without `${ }`',
    start: hole,
    length: 2,
  }
}

/** What would be right, where the code alone tells. */
const cures: Readonly<Record<string, (thrown: Thrown) => string>> = {
  S0101: () => 'close it with the quote that it starts with',
  S0105: () => 'close it with a backtick',
  S0106: () => 'close it with `*/`',
  S0203: ({ value }) => `add \`${String(value)}\``,
  S0302: () => 'close it with `/`, and every bracket inside it',
}

const messages: Readonly<Record<string, (thrown: Thrown) => string>> = {
  S0101: () => 'A text has no closing quote',
  S0102: ({ token }) => `"${String(token)}" is too large a number`,
  S0103: ({ token }) => `"\\${String(token)}" is no escape that a text may hold`,
  S0104: () => 'After "\\u" come four hexadecimal digits',
  S0105: () => 'A quoted name has no closing backtick',
  S0106: () => 'A comment has no closing "*/"',
  S0201: ({ token }) => `"${String(token)}" is not expected here`,
  S0202: ({ token, value }) => `"${String(value)}" is expected here, not "${String(token)}"`,
  S0203: ({ value }) => `The expression ends where "${String(value)}" is expected`,
  S0204: ({ token }) => `"${String(token)}" is no operator`,
  S0207: () => 'The expression ends too early',
  S0208: ({ token }) => `A parameter must be a variable such as "$x", not "${String(token)}"`,
  S0211: ({ token }) => {
    if (token === '(end)') return 'The expression ends too early'
    if (token === '/') return 'A regex stands only where a function is passed one'
    return `"${String(token)}" needs something before it`
  },
  S0212: () => 'Left of ":=" stands a variable such as "$x"',
  S0214: ({ token }) => `Right of "${String(token)}" stands a variable such as "$x"`,
  S0301: () => 'A regex is empty',
  S0302: () => 'A regex has no closing "/"',
}

function isThrown(error: unknown): error is Thrown {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
}

function sentence(message: string): string {
  return message.replace(/\.$/, '')
}

import { RegExpParser } from '@eslint-community/regexpp'
import { compile, type Flags } from './compile.ts'
import { dangerIn } from './danger.ts'
import type { Program } from './program.ts'

/** A regex, ready to match, or refused. */
export interface Regex {
  readonly source: string
  readonly flags: string
  /** Why it may not be used, when it may not. */
  readonly danger?: string
  /** Missing when it may not be used. */
  readonly program?: Program
}

// What later editions allow, hosts understand or not: a regex must mean the same everywhere.
const parser = new RegExpParser({ ecmaVersion: 2024 })

/** Reads a regex without the `u` flag. */
export function regexOf(source: string, flags: string): Regex {
  const options: Flags = { ignoreCase: flags.includes('i'), multiline: flags.includes('m') }
  try {
    const pattern = parser.parsePattern(source, 0, source.length, { unicode: false })
    const danger = dangerIn(pattern, options.ignoreCase)
    if (danger !== undefined) return { source, flags, danger }
    const program = compile(pattern, options)
    return program
      ? { source, flags, program }
      : { source, flags, danger: 'its bounded repeats make it too large' }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { source, flags, danger: error.message.replace(/^Invalid regular expression: /, '') }
  }
}

/** Why a regex is refused, when it is; for patterns outside expressions, such as those of a JSON Schema. */
export function regexDanger(source: string, flags = ''): string | undefined {
  return regexOf(source, flags).danger
}

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
  if (parenthesesIn(source) > deepest)
    return { source, flags, danger: `it is nested more than ${deepest} deep` }
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

/** Reads a regex as it is written: `/source/flags`. */
export function literalOf(text: string): Regex {
  const end = text.lastIndexOf('/')
  return regexOf(text.slice(1, end), text.slice(end + 1))
}

const deepest = 100

/** How deep the parentheses of a pattern are nested, or deeper: those that stand for themselves count too. */
function parenthesesIn(source: string): number {
  let [open, most] = [0, 0]
  for (const char of source) {
    if (char === '(') most = Math.max(most, ++open)
    else if (char === ')') open--
  }
  return most
}

/** Why a regex is refused, when it is; for patterns outside expressions, such as those of a JSON Schema. */
export function regexDanger(source: string, flags = ''): string | undefined {
  return regexOf(source, flags).danger
}

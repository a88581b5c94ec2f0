import type { ExpressionErrorType } from './error.ts'

/** An error inside an evaluation, which knows its place in the source but not yet the source's place in a file. */
export class Fault extends Error {
  override readonly name: string = 'Fault'
  readonly type: ExpressionErrorType
  readonly hint: string | undefined
  /** In the source, from 0; set by the first node on the way out that knows. */
  offset: number | undefined
  /** How many characters from there on are wrong, when it is not just the token. */
  readonly extent: number | undefined

  constructor(type: ExpressionErrorType, message: string, hint?: string, offset?: number, extent?: number) {
    super(message)
    this.type = type
    this.hint = hint
    this.offset = offset
    this.extent = extent
  }
}

/** A value as an error shows it: as JSON, cut when it is long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'a function')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

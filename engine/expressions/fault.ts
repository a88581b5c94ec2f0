import type { ExpressionErrorType } from './error.ts'
import type { Expression } from './template.ts'

/** An error inside an evaluation, which knows its place in the source but not yet the source's place in a file. */
export class Fault extends Error {
  override readonly name: string = 'Fault'
  readonly type: ExpressionErrorType
  readonly hint: string | undefined
  /** In the source, from 0; set by the first node on the way out that knows. */
  offset: number | undefined
  /** The expression that it stands in, when that is not the evaluated one: a function of the definition. */
  source: Expression | undefined
  /** How many characters from there on are wrong, when it is not just the token. */
  extent: number | undefined

  constructor(type: ExpressionErrorType, message: string, hint?: string, offset?: number, extent?: number) {
    super(message)
    this.type = type
    this.hint = hint
    this.offset = offset
    this.extent = extent
  }

  /** The same fault, in `source` unless it is known to be elsewhere. */
  within(source: Expression): this {
    this.source ??= source
    return this
  }

  /** The same fault, at a place. */
  at(offset: number, extent: number): this {
    this.offset = offset
    this.extent = extent
    return this
  }
}

/** A value as an error shows it: short, and the same however large it is. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value))
    return value.length === 1 ? 'a list of one item' : `a list of ${value.length} items`
  if (typeof value === 'object' && value !== null)
    return '_jsonata_function' in value ? 'a function' : 'an object'
  if (typeof value === 'number') return `${value}`
  const text = JSON.stringify(value) ?? 'a function'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

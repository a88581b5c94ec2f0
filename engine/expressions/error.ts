/** What can go wrong with an expression. `catch` and `retry` match these by glob. */
export type ExpressionErrorType =
  /** A value was needed and there was none. */
  | 'expression.undefined'
  /** A condition that is neither true nor false. */
  | 'expression.notBoolean'
  /** A value of the wrong type. */
  | 'expression.type'
  /** Not an expression of the language. */
  | 'expression.syntax'
  /** Too many steps, too deep, too long. */
  | 'expression.limit'
  /** Everything else, such as a number that no text can be read as. */
  | 'expression.failed'

/** What the error says besides its sentence. */
export interface ExpressionErrorDetails {
  /** Line and column of the expression in its file, from 1. */
  readonly at: readonly [line: number, column: number]
  /** Where in the expression's source it went wrong, when that is known. */
  readonly offset?: number | undefined
  /** What would be right. */
  readonly hint?: string | undefined
}

/** An expression or template that could not be evaluated. */
export class ExpressionError extends Error {
  override readonly name: string = 'ExpressionError'
  readonly type: ExpressionErrorType
  readonly at: readonly [line: number, column: number]
  readonly offset?: number
  readonly hint?: string

  constructor(type: ExpressionErrorType, message: string, details: ExpressionErrorDetails) {
    super(message)
    this.type = type
    this.at = details.at
    if (details.offset !== undefined) this.offset = details.offset
    if (details.hint !== undefined) this.hint = details.hint
  }
}

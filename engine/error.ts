import type { Json } from './json.ts'

/** Why the engine refused to go on: one code per thing a caller may want to handle differently. */
export type ErrorCode =
  | 'activities.invalid'
  | 'answer.invalid'
  | 'data.invalid'
  | 'data.locked'
  | 'data.unavailable'
  | 'definition.invalid'
  | 'definition.unknown'
  | 'hub.invalid'
  | 'hub.unavailable'
  | 'limit.size'
  | 'port.taken'
  | 'question.unknown'
  | 'run.ended'
  | 'run.exists'
  | 'run.unknown'
  | 'usage'
  | 'workflow.invalidInput'

/** Everything the engine throws on purpose. Programs branch on `code`; people read `message`. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError'
  readonly code: ErrorCode
  /** Details for programs, such as the list of schema violations. */
  readonly data?: Json

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { readonly data?: Json }) {
    super(message, options)
    this.code = code
    if (options?.data !== undefined) this.data = options.data
  }
}

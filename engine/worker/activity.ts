import type { Json, JsonSchema } from '../json.ts'

/** What an activity may know about the call it serves. */
export interface ActivityContext {
  readonly runId: string
  /** The name of the run's definition. */
  readonly workflow: string
  /** The step's path in the run, such as `orders/3/charge`. */
  readonly path: string
  /** From 1. A retry, or a second delivery after a crash, may repeat a call. */
  readonly attempt: number
  /** The same for every attempt and every delivery of this call, and for no other call: hand it to what you call. */
  readonly idempotencyKey: string
  /** Aborts at the step's timeout, when the run is cancelled, and when the worker shuts down. */
  readonly signal: AbortSignal
  readonly log: ActivityLog
  /** Sets the status line of the run; at most one line per second is kept. */
  readonly progress: (message: string) => void
}

type LogLine = (message: string, data?: unknown) => void

export interface ActivityLog {
  readonly debug: LogLine
  readonly info: LogLine
  readonly warn: LogLine
  readonly error: LogLine
}

/** What an activity does. Each says itself what it takes: the input was checked against its schema. */
// oxlint-disable-next-line typescript/no-explicit-any -- a handler of `unknown` could not be given its own type
export type ActivityHandler = (input: any, context: ActivityContext) => unknown

/** An activity with what the linter and the host check about it. */
export interface ActivityDefinition {
  readonly run: ActivityHandler
  readonly description?: string
  readonly input?: JsonSchema
  readonly output?: JsonSchema
}

/** The activities of a host, by name. */
export type ActivityRegistry = Readonly<Record<string, ActivityHandler | ActivityDefinition>>

export interface ActivityErrorOptions extends ErrorOptions {
  readonly data?: Json
  /** Default `true`. */
  readonly retryable?: boolean
}

/** What an activity throws to fail with a type that `catch` and `retry` can name. Recognised by its shape, not its class. */
export class ActivityError extends Error {
  override readonly name: string = 'ActivityError'
  /** Dotted, such as `payment.declined`. */
  readonly type: string
  readonly data?: Json
  readonly retryable: boolean

  constructor(type: string, message: string, options: ActivityErrorOptions = {}) {
    super(message, options)
    this.type = type
    this.retryable = options.retryable ?? true
    if (options.data !== undefined) this.data = options.data
  }
}

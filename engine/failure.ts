import type { Json } from './json.ts'

/** A place in a definition file; lines and columns count from 1. */
export type Place = {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** How a step or a run failed, as data: it crosses processes, is matched by `catch`, and is shown to people. */
export type Failure = {
  /** Dotted, such as `payment.declined`. */
  readonly type: string
  readonly message: string
  readonly data?: Json
  readonly retryable: boolean
  /** The attempt that failed, from 1. */
  readonly attempt?: number
  /** The step's id, else its path. */
  readonly step?: string
  readonly source?: Place
  readonly cause?: Failure
}

/**
 * A failure as the thing the SDK can carry. It keeps only name, message and stack of what is thrown, so the name is
 * the failure's type and the stack is the whole failure as JSON.
 */
export function toThrowable(failure: Failure): Error {
  const error = new Error(failure.message)
  error.name = failure.type
  error.stack = JSON.stringify(failure)
  return error
}

/** The failure that {@link toThrowable} packed, or one made from what another SDK's activity threw. */
export function fromDetails(details: {
  readonly errorType: string
  readonly message: string
  readonly stackTrace?: string | undefined
}): Failure {
  try {
    const packed: unknown = JSON.parse(details.stackTrace ?? '')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has a type there was packed by toThrowable
    if (typeof packed === 'object' && packed !== null && 'type' in packed) return packed as Failure
  } catch {
    // A foreign stack trace: not ours to keep.
  }
  return { type: 'activity.failed', message: details.message, retryable: true }
}

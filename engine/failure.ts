import type { Json } from './json.ts'

/** A place in a definition file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** How a step or a run failed, as data: it crosses processes, is matched by `catch`, and is shown to people. */
export interface Failure {
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

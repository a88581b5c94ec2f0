import type { Instant } from '../clock.ts'
import type { Queued } from './queue.ts'
import type { CallItem, TurnItem } from './resident.ts'

export type WorkKind = 'turn' | 'call'

/** Something that a worker can be given: a turn of an instance, or the call of an activity. */
export interface Work extends Queued {
  readonly kind: WorkKind
  readonly name: string
  readonly version: string | undefined
  /** Whether it is still to be done, now that its turn has come. */
  readonly isReady: boolean
  /** Set by the dispatcher alone. */
  lease: Lease | undefined
  isQueued: boolean
  /** How often a worker gave it back, or did not answer in time, since the last answer. */
  setbacks: number
  /** Sends it to a worker. */
  handOut(to: WorkerStream, token: string): void
}

/** Where the dispatcher sends work: one worker's open stream. */
export interface WorkerStream {
  send(item: TurnItem | CallItem): void
  /** The hub closes. */
  end(): void
}

/** What one worker takes. */
export interface WorkerTerms {
  /** How many of a kind it holds at a time. */
  readonly limits: Readonly<Record<WorkKind, number>>
  /** By kind, name → versions (none: any); absent: everything. */
  readonly filters?: Readonly<Record<WorkKind, ReadonlyMap<string, readonly string[]>>>
}

/** A worker that is there. */
export interface Connection extends WorkerTerms {
  /** Whether it is in this process, and ends with it. */
  readonly isLocal: boolean
  readonly stream: WorkerStream
  /** How many of a kind it holds. */
  readonly held: Record<WorkKind, number>
}

/** Who does what. It lives in memory alone: a restart ends every lease. */
export interface Lease {
  readonly token: string
  readonly work: Work
  readonly since: Instant
  /** Absent once the stream is gone: the answer counts until the work has been handed out again. */
  holder: Connection | undefined
  /** The commit that it was handed out ahead of, if any. */
  aheadOf: number | undefined
}

import type { Action } from './action.ts'
import type { Listing } from './listing.ts'
import type { WorkerTerms } from './work.ts'
import type { Status } from './instance.ts'
import type { Bytes } from './protobuf.ts'
import type { Outcome } from './settle.ts'
import type { StartOf } from './task-hub.ts'

/** What callers ask of a task hub: the requests of the protocol as records. */
export interface Requests {
  start: StartOf & { readonly policy?: readonly Status[] }
  get: { readonly id: string; readonly withPayloads: boolean }
  rewind: { readonly id: string; readonly reason?: string }
  restart: { readonly id: string; readonly withNewId: boolean }
  raise: { readonly id: string; readonly name: string; readonly input?: string }
  terminate: { readonly id: string; readonly output?: string; readonly recursive: boolean }
  /** Suspend and resume. */
  pause: { readonly id: string; readonly reason?: string }
  query: {
    readonly listing: Listing
    readonly hubs: readonly string[]
    readonly limit: number
    readonly withPayloads: boolean
  }
  listIds: { readonly listing: Listing; readonly limit: number }
  purge: {
    /** Instances by id, or those that a listing finds. */
    readonly what: readonly string[] | Listing
    readonly recursive: boolean
    readonly timeoutMs?: number
  }
  /** What a worker takes; absent limits are the hub's. */
  work: Partial<WorkerTerms['limits']> & Pick<WorkerTerms, 'filters'>
  settleCall: { readonly token: string; readonly outcome: Outcome }
  settleTurn: {
    readonly token: string
    readonly actions: readonly Action[]
    readonly customStatus?: string
    readonly trace?: Bytes
    /** Whether more of the answer follows. */
    readonly isPartial: boolean
  }
  abandon: { readonly token: string }
  history: { readonly id: string }
  endAtOnce: { readonly ids: readonly string[]; readonly reason?: string }
  createHub: { readonly anew: boolean }
}

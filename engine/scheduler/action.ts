import type { Instant } from '../clock.ts'
import type { Call, HistoryEvent } from './event.ts'
import type { EndStatus } from './instance.ts'
import type { Bytes } from './protobuf.ts'

/** What a worker decided in a turn. `id` numbers the actions of a generation. */
export type Action =
  | { readonly do: 'call'; readonly id: number; readonly call: Call }
  | { readonly do: 'setTimer'; readonly id: number; readonly fireAt: Instant }
  /** `child`: the id it shall have; absent: one made from the parent's generation. */
  | { readonly do: 'startChild'; readonly id: number; readonly child?: string; readonly call: Call }
  | {
      readonly do: 'sendEvent'
      readonly id: number
      readonly to: string
      readonly name: string
      readonly input?: string
    }
  | {
      readonly do: 'terminate'
      readonly target: string
      readonly output?: string
      readonly recursive: boolean
    }
  | {
      readonly do: 'end'
      readonly id: number
      readonly status: EndStatus
      readonly output?: string
      readonly failure?: Bytes
    }
  | {
      readonly do: 'continueAsNew'
      readonly input?: string
      readonly version?: string
      /** Events that were raised and not consumed. */
      readonly carried: readonly { readonly name: string; readonly input?: string }[]
    }
  | ({ readonly do: 'rewind' } & Rewind)
  /** Something that this hub cannot do, in words. */
  | { readonly do: 'unsupported'; readonly what: string }

/** The history of a failed instance without its failures, as the worker rewrote it. */
export interface Rewind {
  readonly generation: string
  readonly history: readonly HistoryEvent[]
  /** What that history asks for and has no result of. */
  readonly openCalls: readonly { readonly id: number; readonly call: Call }[]
  readonly openTimers: readonly { readonly id: number; readonly fireAt: Instant }[]
  readonly openChildren: readonly OpenChild[]
}

/** A child that was started and has given no result. */
export interface OpenChild {
  readonly id: number
  readonly child: string
  readonly call: Call
  /** Why its parent was rewound. */
  readonly reason?: string
}

/** A worker's answer to a turn. */
export interface Answer {
  readonly actions: readonly Action[]
  /** Absent: as it was. */
  readonly customStatus?: string | undefined
  /** `OrchestrationTraceContext`. */
  readonly trace?: Bytes
}

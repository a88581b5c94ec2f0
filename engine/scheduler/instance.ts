import type { Instant } from '../clock.ts'
import type { Bytes } from './protobuf.ts'

/** Where an instance stands, as the protocol sees it. */
export type Status = LiveStatus | EndStatus
export type LiveStatus = 'pending' | 'running' | 'suspended'
export type EndStatus = 'completed' | 'failed' | 'canceled' | 'terminated'

export type Tags = Readonly<Record<string, string>>

/** The instance that started this one, and the action it did so by. */
export interface Parent {
  readonly id: string
  readonly generation: string
  readonly name: string
  readonly actionId: number
}

/** An orchestration as the hub keeps it, without its payloads. */
export interface Instance {
  /** Counts up as instances are made, across all task hubs of the file. */
  readonly key: number
  readonly hub: string
  /** Unique in its task hub. */
  readonly id: string
  /** The wire's execution id: a new one each time the instance continues as new. */
  readonly generation: string
  readonly name: string
  readonly version?: string
  readonly status: Status
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly completedAt?: Instant
  /** When it was asked to begin, if not at once. */
  readonly startAt?: Instant
  /** How many turns of this generation are in the history. */
  readonly turns: number
  /** Whether its history may ask for activities that have given no result. */
  readonly isCalling: boolean
  readonly parent?: Parent
  readonly tags?: Tags
  /** While it is suspended: the event that says so, for the history it gets when it goes on. */
  readonly suspension?: Bytes
  /** `TraceContext` of whoever started it: every generation is told. */
  readonly startTrace?: Bytes
  /** `OrchestrationTraceContext` of its span, as the worker left it. */
  readonly trace?: Bytes
}

/** What the instance carried in and brought out. */
export interface Payloads {
  readonly input?: string
  readonly output?: string
  readonly customStatus?: string
  /** `TaskFailureDetails`. */
  readonly failure?: Bytes
}

/** Whether an instance in this status takes no more turns. */
export function hasEnded(status: Status): status is EndStatus {
  return status === 'completed' || status === 'failed' || status === 'canceled' || status === 'terminated'
}

/** Whether an instance never took a turn. */
export function isUntouched({ turns, generation }: Instance): boolean {
  return turns === 0 && !generation.includes('-')
}

/** The generation after `generation`: the same again after a crash, so that what is derived from it is too. */
export function nextGeneration(generation: string): string {
  const [root = generation, count = '1'] = generation.split('-')
  return `${root}-${Number(count) + 1}`
}

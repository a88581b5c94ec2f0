import type { Json } from '../json.ts'
import type { ActivityRequest } from './envelope.ts'
import type { Waiter } from './mailbox.ts'
import type { ChildStart } from './state.ts'

/** How a flow ended: its value, or what it threw. */
export type Outcome<T = Json> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }

/** What the driver and the steps of one fiber share: while `shield` is above 0 a cancel waits in `pending`. */
export interface Strand {
  shield: number
  pending?: unknown
  /** Whether it was forked by what is shielded, and so is part of a clean-up. */
  readonly isSheltered?: boolean
}

/**
 * Several flows at once, at most `limit` of them at a time, in the order of `indexes`. Each end is told to `settled`;
 * after `stop`, or at `dueAt`, the flows still running are cancelled. The forking flow is resumed once every flow it
 * started has ended, with {@link ForkEnd}.
 */
export interface Fork {
  readonly do: 'fork'
  readonly indexes: readonly number[]
  readonly limit: number
  /** Epoch ms. */
  readonly dueAt?: number
  flow(index: number, strand: Strand): Flow
  settled(index: number, outcome: Outcome): 'continue' | 'stop'
}

/** How far a child run has come, as the run that asked for it knows: a checkpoint may come while it is under way. */
export interface ChildProgress {
  readonly id: string
  /** What its questions are known by in this run: the step's label and a number that is never used again. */
  readonly label?: string
  isStarted: boolean
  /** The number of the latest set of questions that it told. */
  heard?: number
  /** Asked a second time, it would not even clean up. */
  isAskedToEnd?: true
}

/** A child run; its progress is that of its cursor, and is kept up here. */
export interface ChildEffect {
  readonly do: 'child'
  readonly name: string
  readonly start: ChildStart
  readonly progress: ChildProgress
  readonly dueAt?: number
}

/** How a fork ended: every flow settled, one said `stop`, or the due time came first. */
export type ForkEnd = 'all' | 'stopped' | 'due'

/**
 * What a flow asks of the outside world: plain data and pure functions; a flow never touches the outside itself.
 * A leaf effect with `dueAt` (epoch ms) is given up then, and its flow gets {@link Due}.
 */
export type Effect =
  | {
      readonly do: 'activity'
      readonly name: string
      readonly request: ActivityRequest
      readonly dueAt?: number
    }
  | ChildEffect
  | { readonly do: 'timer'; readonly dueAt: number }
  | { readonly do: 'event'; readonly waiter: Waiter; readonly dueAt?: number }
  | Fork

/** Steps being executed: yields effects, is resumed with their results, returns a value. */
export type Flow<T = Json> = Generator<Effect, T, Json>

/** Thrown into a flow whose effect was not done at its `dueAt`. */
export class Due extends Error {
  override readonly name: string = 'Due'
}

/** Runs `flow` to its end, whatever that is. */
export function* settle<T>(flow: Flow<T>): Flow<Outcome<T>> {
  try {
    return { ok: true, value: yield* flow }
  } catch (error) {
    return { ok: false, error }
  }
}

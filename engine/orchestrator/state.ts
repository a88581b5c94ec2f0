import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Start } from '../language/definition.ts'
import type { Report } from '../run.ts'
import type { ScheduleState } from './schedule.ts'

/** Where one block or step stands: the program state of a run is a tree of these. */
export interface Cursor {
  /** What the step's kind keeps. */
  kind?: object
  /** What the step's modifiers keep. */
  modifiers?: object
  /** The cursors of what is inside, by path segment. */
  inside?: Record<string, Cursor>
}

/** An event that arrived and that no step has taken yet. */
export interface Mail {
  /** Lower case: event names are compared without case. */
  readonly name: string
  readonly data: Json
}

/** A compensation whose step has completed, its input evaluated. */
export interface Remembered {
  /** The path of the `try` with `saga: true` that undoes it, or `''`: the run. */
  saga: string
  readonly path: string
  readonly step: string
  readonly call?: string
  readonly workflow?: string
  readonly input: Json
}

/** When a run continues as new. Carried by the run, since replay must decide as the first time. */
export interface CheckpointLimits {
  /** History events, roughly: counted by the driver. */
  readonly events: number
  /** Bytes of activity inputs and results. */
  readonly bytes: number
}

/** The default distance between two checkpoints. */
export const checkpointLimits: CheckpointLimits = { events: 120, bytes: 262_144 }

/** Everything a run needs to go on in a new history: plain JSON, and the input of its next generation. */
export interface RunState {
  readonly start: Start
  /** Epoch ms. */
  readonly startedAt: number
  readonly limits: CheckpointLimits
  /** What a part of another run's definition can see of it. */
  readonly bindings?: Readonly<Record<string, Json>>
  readonly vars: Record<string, Json>
  readonly root: Cursor
  readonly mail: Mail[]
  readonly remembered: Remembered[]
  report: Report
  /** Numbers the waiters, questions and children of a run, never repeating. */
  counter: number
  /** How often the run has told its parent what it asks. */
  told?: number
}

/** Where a child stands, and what it has from the run around it. */
export type Place = Pick<Start, 'depth' | 'revision' | 'limits'> & { readonly parent: string }

/** What a child run is started with: its interpreter finds the definition itself, or runs a part of the parent's. */
export type ChildStart =
  | {
      readonly child: {
        readonly workflow: string
        readonly input: Json
      } & Place
    }
  | {
      readonly part: Start
      /** What the part can see besides the input. */
      readonly bindings: Readonly<Record<string, Json>>
    }

/** Every shape of instance input that the interpreter understands. */
export type InterpreterInput = Start | ChildStart | { readonly state: RunState }

/** Every shape of instance input that is ours. */
export type OrchestratorInput = InterpreterInput | { readonly schedule: ScheduleState }

/** How a flow ended, as data: what `finally` must do again after a checkpoint. */
export type PackedOutcome =
  | { readonly value: Json }
  | { readonly skipped: true }
  | { readonly failure: Failure }
  | { readonly cancelled: string }
  | { readonly leave: 'break' | 'continue' | 'return'; readonly value: Json }

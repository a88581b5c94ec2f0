import type { Expression, Template } from '../expressions/template.ts'
import type { Json, JsonSchema } from '../json.ts'

/** A duration: milliseconds, or a template that gives a duration at run time. */
export type Duration = number | Template

/** One row per kind of step: the fields that only this kind has. */
export interface StepShapes {
  call: {
    readonly activity: string
    readonly with: Template
    /** Keys of `with` that the activity's input schema declares as arrays: list positions, which coerce. */
    readonly lists: readonly string[]
    readonly keep?: Expression
    readonly idempotencyKey?: Template
  }
  workflow: {
    /** `name` (the newest) or `name@range`. */
    readonly workflow: string
    readonly with: Template
    readonly detached: boolean
  }
  set: { readonly values: Readonly<Record<string, Template>> }
  if: { readonly when: Expression; readonly then: readonly Step[]; readonly else: readonly Step[] }
  switch: {
    readonly cases: readonly { readonly when: Expression; readonly then: readonly Step[] }[]
    readonly default: readonly Step[]
  }
  forEach: {
    /** A list position. */
    readonly in: Template
    readonly as: string
    readonly index: string
    readonly concurrency: Template
    /** A count, or a percentage such as `20%`. */
    readonly tolerate?: Template
    readonly batch?: Template
    readonly isolate: boolean
    readonly steps: readonly Step[]
    readonly itemResult?: Template
  }
  loop: {
    readonly while?: Expression
    readonly until?: Expression
    readonly every?: Duration
    readonly backoff?: Template
    readonly maxEvery?: Duration
    readonly maxIterations: Template
    readonly steps: readonly Step[]
    readonly passResult?: Template
  }
  parallel: {
    readonly branches: readonly Branch[]
    readonly onFailure: 'cancel' | 'continue'
    readonly need?: Template
  }
  race: { readonly branches: readonly Branch[] }
  try: { readonly steps: readonly Step[]; readonly saga: boolean }
  wait: { readonly for: Duration } | { readonly until: Template }
  waitFor: {
    readonly event: string
    readonly match?: Expression
    readonly schema?: JsonSchema
    readonly timeout?: Duration
    readonly onTimeout?: Template
  }
  ask: {
    readonly prompt: Template
    readonly schema?: JsonSchema
    readonly timeout?: Duration
    readonly onTimeout?: Template
    readonly remindEvery?: Duration
  }
  emit: { readonly event: string; readonly to: Template; readonly data: Template }
  fail: {
    readonly type: string
    readonly message: Template
    readonly data?: Template
    readonly retryable: boolean
    readonly cause?: Template
  }
  return: { readonly value: Template }
  break: {}
  continue: {}
}

export type StepKind = keyof StepShapes

/** What any step may have beside its kind. Sequences of steps are plain arrays. */
export interface Modifiers {
  readonly id?: string
  readonly name?: string
  /** The step's `if`: skipped when false. */
  readonly guard?: Expression
  readonly timeout?: Duration
  /** The first policy that matches an error counts; each has its own counter. */
  readonly retry?: readonly RetryPolicy[]
  readonly catch?: readonly CatchClause[]
  readonly finally?: readonly Step[]
  readonly progress?: Template
  readonly compensate?: Compensation
  /** Replaces the step's result; sees it as `$result`. */
  readonly result?: Template
  /** Line and column of the step in the definition's file, from 1. */
  readonly at: readonly [line: number, column: number]
}

/** Any step; `Step<'call'>` is a call. */
export type Step<K extends StepKind = StepKind> = {
  [Kind in K]: { readonly kind: Kind } & Modifiers & StepShapes[Kind]
}[K]

/** A named branch of `parallel` or `race`. */
export interface Branch {
  readonly name: string
  readonly steps: readonly Step[]
}

export interface RetryPolicy {
  /** Counts the first attempt; at least 1. */
  readonly maxAttempts: number
  /** Before the second attempt. */
  readonly delay: Duration
  /** The factor by which the delay grows. */
  readonly backoff: number
  readonly maxDelay?: Duration
  /** The share of the delay that is random, 0 to 1. */
  readonly jitter: number
  /** Globs of error types. */
  readonly on: readonly string[]
  readonly except: readonly string[]
  readonly when?: Expression
  /** Bounds all attempts together. */
  readonly within?: Duration
}

export interface CatchClause {
  /** Globs of error types. */
  readonly on: readonly string[]
  readonly when?: Expression
  /** The name under which the error is seen besides `$error`. */
  readonly as?: string
  readonly steps: readonly Step[]
  readonly result?: Template
}

export type Compensation =
  | { readonly call: string; readonly with: Template; readonly lists: readonly string[] }
  | { readonly workflow: string; readonly with: Template }

/** How a definition is offered as a tool. */
export interface ToolOptions {
  readonly expose: boolean
  readonly taskSupport: 'required' | 'optional'
  readonly annotations: {
    readonly readOnly?: boolean
    readonly destructive?: boolean
    readonly idempotent?: boolean
    readonly openWorld?: boolean
  }
  readonly icons?: Json
  readonly ttlMs?: number
  readonly pollIntervalMs: number
}

export interface Schedule {
  readonly cron: string
  readonly timezone: string
  readonly overlap: 'skip' | 'queue' | 'allow'
  readonly input: Json
}

/** A validated definition: plain JSON, which every run carries with it from its start. */
export interface Definition {
  readonly name: string
  readonly version: string
  readonly title?: string
  readonly description?: string
  /** The file it was read from, relative to the definitions folder: the `file` of every error's source. */
  readonly file: string
  readonly tool: ToolOptions
  readonly input?: JsonSchema
  readonly output?: JsonSchema
  readonly vars: Readonly<Record<string, Template>>
  readonly config: Readonly<Record<string, Json>>
  readonly secrets: readonly string[]
  /** Name → JSONata lambda. */
  readonly functions: Readonly<Record<string, Expression>>
  readonly timeout?: Duration
  readonly catch?: readonly CatchClause[]
  readonly finally?: readonly Step[]
  readonly schedule?: Schedule
  readonly steps: readonly Step[]
  readonly result?: Template
}

/** What a run is started with. It carries its definition, so that editing a file never changes a running run. */
export interface Start {
  readonly definition: Definition
  /** Defaults applied, checked against the definition's `input`. */
  readonly input: Json
  /** The definition's `config` after the environment's overrides. */
  readonly config: Readonly<Record<string, Json>>
  /** The parent's run id. */
  readonly parent?: string
  /**
   * How many runs this one is nested in: 0 for one that stands alone. Absent in runs that were begun before this was
   * counted: these do as they did then, wherever that is another thing to ask for.
   */
  readonly depth?: number
  /** Which of its interpreter's ways it was begun with, for what is done otherwise now. Absent: those before 1. */
  readonly revision?: number
  readonly traceparent?: string
  readonly limits?: {
    /** How much history the run may gather before it continues as new: counted events, and bytes of inputs and results. */
    readonly events?: number
    readonly bytes?: number
    /** The most bytes that the run's hub takes in one message; absent: as many as may come. */
    readonly message?: number
  }
}

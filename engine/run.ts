import type { Failure } from './failure.ts'
import type { Json, JsonSchema } from './json.ts'

/** Where a run stands. `waiting`: a person must answer. `suspended`: an operator paused it. */
export type RunStatus = 'pending' | 'running' | 'waiting' | 'suspended' | 'completed' | 'failed' | 'cancelled'

/** Where a run is that no other has begun as its child, and the revision of the interpreter that runs begin with now. */
export const standsAlone = { depth: 0, revision: 1 } as const

/** A question that an `ask` step put to a person and that nobody has answered yet. */
export interface Question {
  /** Unique in its run and never used again, even when the same step asks twice. */
  readonly key: string
  /** The step's id, else its path. */
  readonly step: string
  readonly prompt: string
  /** What an answer must look like; absent: anything. */
  readonly schema?: JsonSchema
  /** ISO 8601. */
  readonly askedAt: string
  readonly dueAt?: string
  /** How many times the person has been reminded. */
  readonly reminders: number
  /** The answers that were refused, when a client had them remembered. */
  readonly refused?: { readonly count: number; readonly reason: string }
  /** Who asks, when it is not the run itself but a child of it, however deep: the run and its own key. */
  readonly askedBy?: { readonly run: string; readonly key: string }
}

/** What a run tells about itself while it is under way: the custom status of its instance, at most 16 KiB of JSON. */
export interface Report {
  /** The status line. */
  readonly message?: string
  /** The open questions, oldest first, those of the children that it waits for among them. */
  readonly questions?: readonly Question[]
  /** Set once a cancel was accepted and clean-up runs. */
  readonly cancelling?: true
  /** Things worth a look that did not stop the run, newest last. */
  readonly warnings?: readonly string[]
}

/** A run as clients see it. */
export interface Run {
  readonly id: string
  /** The name of its definition. */
  readonly workflow: string
  readonly version?: string
  readonly status: RunStatus
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly report: Report
  /** The input it was started with, defaults applied. */
  readonly input?: Json
  /** Present when `completed`. */
  readonly output?: Json
  /** Present when `failed` or `cancelled`. */
  readonly error?: Failure
  /** The run that asked for this one: its parent. */
  readonly parent?: string
  readonly tags: Readonly<Record<string, string>>
}

/** Whether a run in this status will never change again. */
export function hasEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/** The names of the events by which the engine itself speaks to a run; authors cannot use the prefix. */
export const ownEvents = {
  cancel: 'longhaul.cancel',
  /** Data: {@link Answer}. */
  answer: 'longhaul.answer',
  /** Data: {@link Note}. */
  progress: 'longhaul.progress',
  /** Data: {@link OpenQuestions}. */
  questions: 'longhaul.questions',
} as const

/** The data of an answer event. */
export interface Answer {
  readonly question: string
  /** The answer; of a declined question the reason, or `null`. */
  readonly data: Json
  /** The person will not answer: the step fails with `ask.declined`. */
  readonly declined?: true
  /** The answer was refused before it came here, and the question stays: the reason, for whoever is asked again. */
  readonly refused?: string
}

/** The data of an event by which a child tells its parent what it asks: all of it, so that none of the earlier counts. */
export interface OpenQuestions {
  readonly from: string
  /** Rises: what arrives out of order is known by it. */
  readonly sequence: number
  readonly questions: readonly Question[]
}

/** The data of a progress event: a line that an activity reported. */
export interface Note {
  readonly path: string
  readonly message: string
}

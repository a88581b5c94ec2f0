import type { Json } from '../json.ts'
import type { Definition } from '../language/definition.ts'
import type { Run, RunStatus } from '../run.ts'

export interface StartOptions {
  /** Default: a random UUID. A second start under the id of a live or ended run is refused with `run.exists`. */
  readonly id?: string
  readonly tags?: Readonly<Record<string, string>>
  /** The run that asked for this one. */
  readonly parent?: string
  readonly traceparent?: string
}

export interface RunFilter {
  readonly workflow?: string
  readonly status?: readonly RunStatus[]
  readonly tags?: Readonly<Record<string, string>>
  /** Only runs that were started then or later, by the clock of the hub. */
  readonly createdFrom?: Date
  /** At most this many; default 100. */
  readonly limit?: number
  /** Where the page before ended. */
  readonly cursor?: string
  /** Whether each run carries its input and output; default false. */
  readonly withData?: boolean
}

/** One line of a run's history, for people. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string
  /** Such as `activityScheduled`, `activityCompleted`, `timerFired`, `eventRaised`. */
  readonly type: string
  /** The activity's, event's or child's name. */
  readonly name?: string
  readonly path?: string
  readonly attempt?: number
  readonly data?: Json
}

/** What one can do to runs. Every method that changes something resolves once the hub has made it durable. */
export interface RunClient {
  /** Applies defaults, checks the input (`workflow.invalidInput`, with the list of violations as `data`) and starts a run. */
  start(definition: Definition, input: Json, options?: StartOptions): Promise<Run>
  get(id: string): Promise<Run | undefined>
  list(filter?: RunFilter): Promise<{ readonly runs: readonly Run[]; readonly cursor?: string }>
  /** Resolves when the run has ended; with the run as it is when `timeoutMs` is over. */
  wait(id: string, options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<Run>
  /** Yields the run now, whenever its status, report or end changed, and ends after its end was yielded. */
  watch(id: string, signal?: AbortSignal): AsyncIterable<Run>
  history(id: string): Promise<readonly HistoryEntry[]>
  /** Refused with `run.unknown` and `run.ended`. */
  raise(id: string, event: string, data: Json): Promise<void>
  /** `question` is the key or the step of an open question. Refused with `question.unknown` and `answer.invalid`. */
  answer(id: string, question: string, data: Json): Promise<void>
  /** Has the run remember that an answer was refused, so that whoever asks again, anywhere, asks anew. */
  noteRefusal(id: string, question: string, reason: string): Promise<void>
  /** Tells that nobody will answer: the step that asks fails with `ask.declined`. Refused with `question.unknown`. */
  decline(id: string, question: string, reason?: string): Promise<void>
  /** Asks the run to clean up and end; a second time, or after the grace period, ends it at once. */
  cancel(id: string, options?: { readonly reason?: string }): Promise<void>
  /** A new run of the definition and input of an ended one. */
  retry(id: string): Promise<Run>
  purge(id: string): Promise<boolean>
  close(): Promise<void>
}

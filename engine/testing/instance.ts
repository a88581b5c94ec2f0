import { isDeepStrictEqual } from 'node:util'
import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import { fromDetails } from '../orchestrator/envelope.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import { hasEnded, type Question, type Report, type RunStatus } from '../run.ts'
import { Generation, type Action, type GenerationEnd, type Happening } from './generation.ts'
import type { HistoryEnd, Moment, Whose } from './moment.ts'

/** What others can know of a run: a real one, or what stands in for it. */
export interface Life {
  readonly id: string
  status: RunStatus
  output?: Json
  error?: Failure
  /** Called once the run has ended. */
  readonly whenEnded: (() => void)[]
  tell(what: Told): Promise<void>
}

/** A happening that is not yet given its time. */
export type Told =
  | { readonly event: string; readonly data: Json }
  | { readonly task: number; readonly result: Json }
  | { readonly task: number; readonly failure: Failure }

/** What a simulated run needs of the world around it. */
export interface Surroundings {
  readonly now: () => number
  readonly replays: boolean
  readonly watch: (moment: Moment) => void
  dispatch(instance: Instance, action: Action): void
  question(instance: Instance, question: Question): void
}

/** One run in memory, through all its generations. */
export class Instance implements Life {
  readonly id: string
  readonly whose: Whose
  readonly whenEnded: (() => void)[] = []
  status: RunStatus = 'running'
  output?: Json
  error?: Failure
  live: Generation
  checkpoints = 0
  longestHistory = 0
  readonly #around: Surroundings
  #input: InterpreterInput
  #startedAt: number
  #history: Happening[] = []
  #seen = 0
  #reported: Json = null
  readonly #questions = new Set<string>()

  constructor(id: string, input: InterpreterInput, isRoot: boolean, around: Surroundings) {
    this.id = id
    this.whose = { id, workflow: workflowOf(input), isRoot }
    this.#around = around
    this.#input = structuredClone(input)
    this.#startedAt = around.now()
    this.live = this.#generation()
  }

  get report(): Report {
    return (this.live.report ?? {}) as Report
  }

  async begin(): Promise<void> {
    this.#watch({ is: 'begun', input: this.#input })
    await this.live.begin()
    await this.#afterTurn()
  }

  async tell(what: Told): Promise<void> {
    if (hasEnded(this.status)) return
    await this.#hear(what)
    if (this.#around.replays) await this.#replay()
    await this.#afterTurn()
  }

  async #hear(what: Told): Promise<void> {
    const happening = { at: this.#around.now(), ...what }
    const action = 'task' in what ? this.live.actions[what.task - 1] : undefined
    const isAwaited = !('task' in what) || this.live.awaits(what.task)
    this.#watch({ is: 'told', happening, isAwaited, ...(action && { action }) })
    this.#history.push(happening)
    await this.live.tell(happening)
  }

  /** A fresh interpreter that is told the same history must ask for the same things, in the same order. */
  async #replay(): Promise<void> {
    const again = this.#generation()
    await again.begin()
    for (const happening of this.#history) await again.tell(happening)
    const pairs = [
      ['asked for', again.actions, this.live.actions],
      ['reported', again.report, this.live.report],
    ] as const
    for (const [what, found, wanted] of pairs)
      if (!isDeepStrictEqual(found, wanted))
        throw new Error(`Replay ${what} ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`)
  }

  async #afterTurn(): Promise<void> {
    const { live } = this
    this.longestHistory = Math.max(this.longestHistory, this.#history.length + live.actions.length)
    this.#publish()
    const asked = live.actions.slice(this.#seen).filter(({ id }) => !live.hasCancelled(id))
    this.#seen = live.actions.length
    for (const action of asked) {
      this.#watch({ is: 'asked', action })
      this.#around.dispatch(this, action)
    }
    live.close()
    if (!live.end) return
    this.#watch({ is: 'ended', end: historyEnd(live.end) })
    if (live.end.ended === 'continued') await this.#continue(live.end)
    else this.#finish(live.end)
  }

  /** Shows what the run tells about itself, and puts its own new questions: its children put theirs. */
  #publish(): void {
    const { report } = this
    if (isDeepStrictEqual(this.#reported, this.live.report)) return
    this.#reported = this.live.report
    this.#watch({ is: 'reported', report })
    for (const question of report.questions ?? []) {
      if (question.askedBy || this.#questions.has(question.key)) continue
      this.#questions.add(question.key)
      this.#watch({ is: 'questioned', question })
      this.#around.question(this, question)
    }
  }

  async #continue({ input, carried }: Extract<GenerationEnd, { ended: 'continued' }>): Promise<void> {
    this.checkpoints += 1
    this.#input = JSON.parse(JSON.stringify(input)) as InterpreterInput
    this.#startedAt = this.#around.now()
    this.#history = []
    this.#seen = 0
    this.live = this.#generation()
    this.#watch({ is: 'begun', input: this.#input })
    await this.live.begin()
    for (const event of carried) await this.#hear(event)
    await this.#afterTurn()
  }

  #finish(end: Exclude<GenerationEnd, { ended: 'continued' }>): void {
    if (end.ended === 'completed') {
      this.status = 'completed'
      this.output = end.output
    } else {
      this.error = failureOf(end.error)
      this.status = this.error.type === 'cancelled' ? 'cancelled' : 'failed'
    }
    for (const tell of this.whenEnded) tell()
  }

  #generation(): Generation {
    return new Generation(this.id, structuredClone(this.#input), this.#startedAt)
  }

  #watch(what: Happened): void {
    this.#around.watch({ at: this.#around.now(), run: this.whose, ...what })
  }
}

/** A moment without its time and run, for each kind of moment. */
type Happened = Moment extends infer M ? (M extends Moment ? Omit<M, 'at' | 'run'> : never) : never

function historyEnd(end: GenerationEnd): HistoryEnd {
  if (end.ended === 'failed') return { ended: 'failed', failure: failureOf(end.error) }
  return end.ended === 'continued' ? { ended: 'continued' } : end
}

/** What a run that threw `error` failed with. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { type: 'internal', message: String(error), retryable: false }
  return fromDetails({ errorType: error.name, message: error.message, stackTrace: error.stack })
}

function workflowOf(input: InterpreterInput): string {
  if ('child' in input) return input.child.workflow
  const start = 'state' in input ? input.state.start : 'part' in input ? input.part : input
  return start.definition.name
}

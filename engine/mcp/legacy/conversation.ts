import type { Question } from '../../run.ts'
import { formOf, type FormSchema } from '../elicitation.ts'
import { passOn, type Reply } from '../reply.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'

/** A form, and the question of a task that it puts. */
export interface Inquiry {
  readonly message: string
  readonly requestedSchema: FormSchema
  readonly taskId: string
  /** The question's key. */
  readonly question: string
}

/** Puts a form to a person, over a stream that is open. */
export type Elicit = (inquiry: Inquiry, signal: AbortSignal) => Promise<Reply>

/** A stream over which a client can be asked, for as long as it is open. */
export interface Outlet {
  readonly elicit: Elicit
}

/**
 * Puts the open questions of tasks to the client of one session, over whichever stream is open. A question whose form
 * was put away is put again with its next reminder.
 */
export class Conversation {
  readonly #core: TaskCore
  readonly #report: (error: unknown) => void
  readonly #asked = new Map<string, Asked>()

  constructor(core: TaskCore, report: (error: unknown) => void) {
    this.#core = core
    this.#report = report
  }

  /** Asks what `task` wants to know and has not been asked over an open stream, and takes back what is answered. */
  keepUp(task: Task, caller: Caller, outlet: Outlet | undefined): void {
    const questions = task.status === 'input_required' ? (task.run.report.questions ?? []) : []
    const open = new Set(questions.map(({ key }) => nameOf(task.id, key)))
    for (const [name, asked] of this.#asked)
      if (asked.taskId === task.id && !open.has(name)) this.#withdraw(name, asked)
    if (outlet === undefined) return
    for (const question of questions) {
      const name = nameOf(task.id, question.key)
      const former = this.#asked.get(name)
      // An answer that another server heard was refused: the form in front of the person is no longer the right one.
      if (former !== undefined && refusalsOf(question) > former.refusals) this.#withdraw(name, former)
      const asked = this.#asked.get(name)
      if (asked?.isAnswered) continue
      if (asked === undefined || asked.outlet === undefined || question.reminders > asked.setAsideAt)
        void this.#ask(task, question, caller, outlet)
    }
  }

  /** The stream has closed: what was asked over it may be asked again over another. Late answers still count. */
  lose(outlet: Outlet): void {
    for (const asked of this.#asked.values()) if (asked.outlet === outlet) asked.outlet = undefined
  }

  close(): void {
    for (const [name, asked] of this.#asked) this.#withdraw(name, asked)
  }

  async #ask(
    task: Task,
    question: Question,
    caller: Caller,
    outlet: Outlet,
    complaint?: string,
  ): Promise<void> {
    const name = nameOf(task.id, question.key)
    const asked: Asked = this.#asked.get(name) ?? newlyAsked(task.id, question)
    this.#asked.set(name, asked)
    asked.outlet = outlet
    asked.setAsideAt = Infinity
    try {
      const { message, requestedSchema } = formOf(question, complaint)
      const inquiry = { message, requestedSchema, taskId: task.id, question: question.key }
      const reply = await outlet.elicit(inquiry, asked.stop.signal)
      if (this.#asked.get(name) !== asked) return
      const effect = await passOn(this.#core, caller, task.id, question, reply)
      if (effect.is === 'open') asked.setAsideAt = question.reminders
      asked.isAnswered = effect.is === 'answered' || effect.is === 'late'
      if (effect.is === 'refused' && asked.outlet !== undefined)
        await this.#ask(task, question, caller, asked.outlet, effect.complaint)
    } catch (error) {
      // The client cannot be asked over this stream; over another, perhaps.
      if (!asked.stop.signal.aborted) this.#report(error)
    }
  }

  #withdraw(name: string, asked: Asked): void {
    this.#asked.delete(name)
    asked.stop.abort(new Error('The question is closed'))
  }
}

interface Asked {
  readonly taskId: string
  /** How many answers the run knew to be refused when it was asked. */
  readonly refusals: number
  /** Aborted once the question is closed: the client may put the form away. */
  readonly stop: AbortController
  /** The stream over which it was asked last, until that closed. */
  outlet: Outlet | undefined
  /** The number of reminders at which the person put the form away. */
  setAsideAt: number
  /** Whether the run has the answer, though it may not have taken notice yet. */
  isAnswered: boolean
}

function newlyAsked(taskId: string, question: Question): Asked {
  return {
    taskId,
    refusals: refusalsOf(question),
    stop: new AbortController(),
    outlet: undefined,
    setAsideAt: Infinity,
    isAnswered: false,
  }
}

function refusalsOf({ refused }: Question): number {
  return refused?.count ?? 0
}

function nameOf(taskId: string, key: string): string {
  return `${taskId} ${key}`
}

import type { JsonObject } from '../../json.ts'
import { EngineError } from '../../error.ts'
import type { Question } from '../../run.ts'
import { declineOf, formOf, type FormSchema } from '../elicitation.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'

/** A form on its way to a person, over a stream that is open. */
export type Elicit = (
  params: { readonly message: string; readonly requestedSchema: FormSchema; readonly taskId: string },
  signal: AbortSignal,
) => Promise<{ readonly action: 'accept' | 'decline' | 'cancel'; readonly content?: JsonObject | undefined }>

/** A stream over which a client can be asked, for as long as it is open. */
export interface Outlet {
  readonly elicit: Elicit
}

/**
 * Puts the open questions of tasks to the client of one session, over whichever stream is open.
 *
 * Accept answers the question. Decline answers "no" where the question can take that, and cancels the run where it
 * cannot. Cancel leaves the question open for somebody else; it is put again with its next reminder.
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
      const asked = this.#asked.get(nameOf(task.id, question.key))
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
    const asked: Asked = this.#asked.get(name) ?? newlyAsked(task.id)
    this.#asked.set(name, asked)
    asked.outlet = outlet
    asked.setAsideAt = Infinity
    const form = formOf(question, complaint)
    try {
      const { message, requestedSchema } = form
      const reply = await outlet.elicit({ message, requestedSchema, taskId: task.id }, asked.stop.signal)
      if (this.#asked.get(name) !== asked) return
      if (reply.action === 'cancel') asked.setAsideAt = question.reminders
      else if (reply.action === 'decline') await this.#decline(task, question, caller)
      else await this.#core.answer(task.id, caller, question.key, form.read(reply.content ?? {}))
    } catch (error) {
      const complaintNow = complaintOf(error)
      if (complaintNow !== undefined && asked.outlet !== undefined)
        return await this.#ask(task, question, caller, asked.outlet, complaintNow)
      this.#fail(error, asked)
    }
  }

  async #decline(task: Task, question: Question, caller: Caller): Promise<void> {
    const no = declineOf(question)
    if (no === undefined) await this.#core.requestCancel(task.id, caller, `Declined: ${question.prompt}`)
    else await this.#core.answer(task.id, caller, question.key, no)
  }

  /** Whoever was first has answered, or the client cannot be asked: not again over this stream. */
  #fail(error: unknown, asked: Asked): void {
    const isLate = error instanceof EngineError && ['question.unknown', 'run.ended'].includes(error.code)
    if (!isLate && !asked.stop.signal.aborted) this.#report(error)
  }

  #withdraw(name: string, asked: Asked): void {
    this.#asked.delete(name)
    asked.stop.abort(new Error('The question is closed'))
  }
}

interface Asked {
  readonly taskId: string
  /** Aborted once the question is closed: the client may put the form away. */
  readonly stop: AbortController
  /** The stream over which it was asked last, until that closed. */
  outlet: Outlet | undefined
  /** The number of reminders at which the person put the form away. */
  setAsideAt: number
}

function newlyAsked(taskId: string): Asked {
  return { taskId, stop: new AbortController(), outlet: undefined, setAsideAt: Infinity }
}

function nameOf(taskId: string, key: string): string {
  return `${taskId} ${key}`
}

/** Why an answer was refused, for the person who gave it; `undefined` when asking again cannot help. */
function complaintOf(error: unknown): string | undefined {
  if (error instanceof SyntaxError) return `That is not JSON: ${error.message}`
  if (error instanceof EngineError && error.code === 'answer.invalid') return error.message
  return undefined
}

import type { Question } from '../../run.ts'

/** The most questions whose refused answers are remembered. */
const mostRemembered = 1000

/**
 * Under which key a question is put. A key stands for one request for ever: a client that has answered it will not look
 * at it again, and gives up when the request behind it changes. So a question is put under a new key when its answer
 * was refused, and when its reminder is due.
 */
export class Asking {
  readonly #refusals = new Map<string, { readonly count: number; readonly complaint: string }>()

  /** The key of a question now, and why the answer before was refused. */
  now(taskId: string, { key, reminders }: Question): { readonly key: string; readonly complaint?: string } {
    const refused = this.#refusals.get(`${taskId} ${key}`)
    const round = reminders + (refused?.count ?? 0)
    return {
      key: round === 0 ? key : `${key}~${round}`,
      ...(refused === undefined ? {} : { complaint: refused.complaint }),
    }
  }

  /** The question that was put under `key`, in whatever round. */
  questionFor(key: string, questions: readonly Question[]): Question | undefined {
    return (
      questions.find((question) => question.key === key) ??
      questions.find((question) => question.key === key.replace(/~\d+$/, ''))
    )
  }

  /** Notes that an answer was refused. */
  refuse(taskId: string, { key }: Question, complaint: string): void {
    const name = `${taskId} ${key}`
    const count = (this.#refusals.get(name)?.count ?? 0) + 1
    this.#refusals.delete(name)
    this.#refusals.set(name, { count, complaint })
    const [oldest] = this.#refusals.keys()
    if (this.#refusals.size > mostRemembered && oldest !== undefined) this.#refusals.delete(oldest)
  }
}

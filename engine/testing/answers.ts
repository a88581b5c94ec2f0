import type { Question } from '../run.ts'
import type { PlannedAnswer } from './test-file.ts'

/** The people of a test: they answer the questions of each step in the order in which they are planned. */
export class Answers {
  readonly #planned: PlannedAnswer[]

  constructor(planned: readonly PlannedAnswer[]) {
    this.#planned = [...planned]
  }

  /** The next answer to a step's question; from then on it is used. */
  to({ step, key }: Question): PlannedAnswer | undefined {
    const index = this.#planned.findIndex((answer) => answer.step === step || answer.step === key)
    return index < 0 ? undefined : this.#planned.splice(index, 1)[0]
  }

  /** Those that no question was asked for. */
  get unused(): readonly PlannedAnswer[] {
    return this.#planned
  }
}

import { Task, TaskFailedError } from '@microsoft/durabletask-js'
import { fromDetails } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Outcome } from './effect.ts'
import { Failed } from './ending.ts'

/** The one task that a run yields: complete as soon as any task it listens to is. Waking costs nothing per sleeper. */
export class Wake extends Task<null> {
  readonly #listeners = new Map<Task<unknown>, (result: Outcome) => void>()
  #completed: Task<unknown>[] = []
  /** Told of what completes after the run has continued as new. */
  afterwards: ((task: Task<unknown>) => void) | undefined

  on(task: Task<unknown>, listener: (result: Outcome) => void): void {
    this.#listeners.set(task, listener)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK tells any parent of a completion; its type knows only composites of its own
    task._parent = this as unknown as NonNullable<Task<unknown>['_parent']>
    if (task.isComplete) this.onChildCompleted(task)
  }

  off(task: Task<unknown>): void {
    this.#listeners.delete(task)
    task._parent = undefined
  }

  onChildCompleted(task: Task<unknown>): void {
    if (this.afterwards) return this.afterwards(task)
    this.#completed.push(task)
    this._isComplete = true
  }

  sleep(): this {
    this._isComplete = this.#completed.length > 0
    return this
  }

  /** Tells the listeners what completed, in order. */
  handle(): void {
    const completed = this.#completed
    this.#completed = []
    for (const task of completed) {
      const listener = this.#listeners.get(task)
      this.#listeners.delete(task)
      listener?.(resultOf(task))
    }
  }
}

function resultOf(task: Task<unknown>): Outcome {
  if (!task.isFailed) return { ok: true, value: jsonOf(task) }
  const error = task.getException()
  return {
    ok: false,
    error: error instanceof TaskFailedError ? new Failed(fromDetails(error.details)) : error,
  }
}

/** The SDK gives what it parsed from JSON, and `undefined` where there was none. */
export function jsonOf(task: Task<unknown>): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (task.getResult() ?? null) as Json
}

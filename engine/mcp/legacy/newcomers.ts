import type { TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'

const everyMs = 1000
/** Runs may come to light in another order than that in which they were started; as long as this, one may be late. */
const overlapMs = 2000
const pageSize = 1000

/**
 * Finds the tasks that clients have begun at other servers on the hub. Looks only while there is somebody to tell, and
 * only at what is new.
 */
export class Newcomers {
  readonly #core: TaskCore
  readonly #found: (task: Task) => void
  /** What was seen already of the time that is looked at again, with when it was started. */
  readonly #seen = new Map<string, number>()
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(core: TaskCore, found: (task: Task) => void) {
    this.#core = core
    this.#found = found
  }

  /** Looks for what is begun from now on. */
  start(): void {
    if (this.#timer !== undefined) return
    this.#since = Date.now() - overlapMs
    this.#next()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(() => {}) // the hub is away; it is asked again
        .finally(() => this.#timer && this.#next())
    }, everyMs).unref()
  }

  async #look(): Promise<void> {
    const { tasks } = await this.#core.list(
      {},
      { createdFrom: new Date(this.#since - overlapMs), limit: pageSize },
    )
    for (const task of tasks) {
      if (this.#seen.has(task.id)) continue
      const begunAt = Date.parse(task.createdAt)
      this.#seen.set(task.id, begunAt)
      this.#since = Math.max(this.#since, begunAt)
      this.#found(task)
    }
    for (const [id, begunAt] of this.#seen) if (begunAt < this.#since - overlapMs) this.#seen.delete(id)
  }
}

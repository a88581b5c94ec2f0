/** Lets at most `limit` in at a time, in the order in which they came. */
export class Semaphore {
  #free: number
  readonly #queue: (() => void)[] = []

  constructor(limit: number) {
    this.#free = limit
  }

  /** Lets the caller in: at once, which is nothing to wait for, or later. */
  enter(): Promise<void> | undefined {
    if (this.#free === 0) return new Promise((resolve) => this.#queue.push(resolve))
    this.#free -= 1
    return undefined
  }

  leave(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#free += 1
  }
}

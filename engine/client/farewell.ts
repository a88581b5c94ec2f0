/**
 * Remembers which runs were asked to clean up, and calls `overdue` for those that are still asked after `graceMs`.
 * A wish to cancel is also written into its run; this memory only knows sooner, and only in its own process.
 */
export class Farewells {
  readonly #graceMs: number
  readonly #overdue: (id: string) => void
  readonly #asked = new Map<string, NodeJS.Timeout>()

  constructor(graceMs: number, overdue: (id: string) => void) {
    this.#graceMs = graceMs
    this.#overdue = overdue
  }

  has(id: string): boolean {
    return this.#asked.has(id)
  }

  add(id: string): void {
    this.delete(id)
    const timer = setTimeout(() => {
      this.#asked.delete(id)
      this.#overdue(id)
    }, this.#graceMs)
    timer.unref()
    this.#asked.set(id, timer)
  }

  delete(id: string): void {
    clearTimeout(this.#asked.get(id))
    this.#asked.delete(id)
  }

  clear(): void {
    for (const id of this.#asked.keys()) this.delete(id)
  }
}

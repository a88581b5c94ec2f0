import type { Store } from './store.ts'
import { Refusal } from './refusal.ts'

interface Verb {
  perform(): void
  settle(): void
  refuse(error: unknown): void
}

/**
 * Commits together what is asked for at the same moment: one transaction per turn of the event loop. One `fsync` then
 * serves all of it.
 *
 * Invariants:
 * 1. Nobody is told of a change, and nothing is handed out, before the change is on disk.
 * 2. A verb that refuses (throws a {@link Refusal}) has changed nothing, and does not concern the others.
 * 3. After any other error nothing of the transaction is on disk, while memory may be ahead of it: `lost` must throw
 *    memory away. It gives what every verb is refused with until {@link reopen}.
 */
export class Committer {
  readonly #store: Store
  readonly #committed: () => void
  readonly #lost: (error: unknown) => Refusal
  #closed: Refusal | undefined
  #holds = 0
  #verbs: Verb[] = []
  #effects: (() => void)[] = []

  constructor(store: Store, on: { committed: () => void; lost: (error: unknown) => Refusal }) {
    this.#store = store
    this.#committed = on.committed
    this.#lost = on.lost
  }

  /** Performs `verb` in the next transaction; resolves once that is on disk. */
  run<T>(verb: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      if (this.#verbs.length === 0) setImmediate(() => this.#tick())
      this.#verbs.push(recorded(verb, resolve, reject))
    })
  }

  /** Calls `effect` when what is being performed is on disk, and not at all if it never gets there. */
  afterCommit(effect: () => void): void {
    this.#effects.push(effect)
  }

  /** Refuses whatever is asked for from now on. */
  close(refusal: Refusal): void {
    this.#closed = refusal
  }

  /** Memory cannot be relied on: refuses what waits, and whatever comes until {@link reopen}. */
  fail(error: unknown): void {
    this.#refuse(this.#verbs.splice(0), error)
  }

  #refuse(verbs: readonly Verb[], error: unknown): void {
    this.close(this.#lost(error))
    for (const verb of verbs) verb.refuse(this.#closed)
  }

  reopen(): void {
    this.#closed = undefined
  }

  /** Commits nothing until {@link release} has been called as often. */
  hold(): void {
    this.#holds++
  }

  release(): void {
    this.#holds--
    this.#tick()
  }

  #tick(): void {
    if (this.#holds === 0) this.flush()
  }

  /** Commits now what waits. */
  flush(): void {
    const verbs = this.#verbs
    if (verbs.length === 0) return
    this.#verbs = []
    this.#effects = []
    try {
      this.#store.transaction(() => {
        for (const verb of verbs) verb.perform()
      })
    } catch (error) {
      this.#refuse(verbs, error)
      return
    }
    for (const verb of verbs) verb.settle()
    for (const effect of this.#effects) effect()
    this.#committed()
  }
}

function recorded<T>(verb: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): Verb {
  let settle = (): void => {}
  return {
    perform: () => {
      try {
        const value = verb()
        settle = () => resolve(value)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        settle = () => reject(error)
      }
    },
    settle: () => settle(),
    refuse: reject,
  }
}

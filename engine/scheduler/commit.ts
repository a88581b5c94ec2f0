import type { Store } from './store.ts'
import { Refusal } from './refusal.ts'

interface Verb {
  perform(): void
  settle(): void
  refuse(error: unknown): void
}

/** What a committer tells. */
export interface Listener {
  /**
   * What was performed in the open transaction may be looked ahead from: says whether something is under way now that
   * will soon be part of it.
   */
  lookAhead(): boolean
  /** Whether at most one thing is being done by workers. */
  isAlone(): boolean
  committed(): void
  /** Memory must be thrown away; gives what every verb is refused with until {@link Committer.reopen}. */
  lost(error: unknown): Refusal
}

/** How long a transaction waits for what was begun ahead of it. */
const patienceMs = 4

/** How long transactions may follow one another before the event loop has its turn. */
const breathMs = 1

/**
 * Commits together what is asked for at the same moment, and what follows from it at once: a transaction opens in a turn
 * of the event loop, or at once where nothing else is under way, and stays open while turns of instances that it woke are
 * taken in this process. One `fsync` then serves all of it.
 *
 * Invariants:
 * 1. Nobody is told of a change, and nothing that has an effect is handed out, before the change is on disk. Turns have
 *    none: what they decide is of use only once it is committed, in the same transaction or in a later one.
 * 2. A verb that refuses (throws a {@link Refusal}) has changed nothing, and does not concern the others.
 * 3. After any other error nothing of the transaction is on disk, while memory may be ahead of it: it is thrown away.
 */
export class Committer {
  readonly #store: Store
  readonly #on: Listener
  #closed: Refusal | undefined
  #holds = 0
  /** What waits for the next transaction. */
  #waiting: Verb[] = []
  #isScheduled = false
  #willLook = false
  /** When the event loop last came by, by `performance.now()`. */
  #turnedAt = -Infinity
  #open: Transaction | undefined

  constructor(store: Store, on: Listener) {
    this.#store = store
    this.#on = on
  }

  /** Whether there are changes that are not on disk. */
  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** Performs `verb` in the transaction that is open, or in the next one; resolves once that is on disk. */
  run<T>(verb: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise((resolve, reject) => {
      const recording = recorded(verb, resolve, reject)
      if (this.#open) {
        this.#perform([recording], this.#open)
        this.#look()
      } else {
        this.#waiting.push(recording)
        this.#schedule()
        if (this.#mayBeginAtOnce()) {
          this.#begin()
          this.#look()
        }
      }
    })
  }

  /** Resolves when what is in memory is on disk. */
  async quiet(): Promise<void> {
    if (this.#open) await new Promise<void>((resolve) => this.#open?.whenOver.push(resolve))
  }

  /** Calls `effect` when what is being performed is on disk, and not at all if it never gets there. */
  afterCommit(effect: () => void): void {
    this.#open?.effects.push(effect)
  }

  /** Refuses whatever is asked for from now on. */
  close(refusal: Refusal): void {
    this.#closed = refusal
  }

  /** Memory cannot be relied on: refuses what waits, and whatever comes until {@link reopen}. */
  fail(error: unknown): void {
    const open = this.#open
    this.#open = undefined
    if (open) this.#store.rollBack()
    this.close(this.#on.lost(error))
    for (const verb of [...(open?.verbs ?? []), ...this.#waiting.splice(0)]) verb.refuse(this.#closed)
    for (const over of open?.whenOver ?? []) over()
  }

  reopen(): void {
    this.#closed = undefined
  }

  /** Commits what is open, and nothing more until {@link release} has been called as often. */
  hold(): void {
    this.#commit()
    this.#holds++
  }

  release(): void {
    this.#holds--
    this.#schedule()
  }

  /** Commits now what waits. */
  flush(): void {
    this.#begin()
    this.#commit()
  }

  /** Where nothing else is under way that could share the transaction, there is nothing to wait for. */
  #mayBeginAtOnce(): boolean {
    if (this.#waiting.length > 1 || this.#holds > 0 || !this.#on.isAlone()) return false
    return performance.now() - this.#turnedAt < breathMs
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || this.#holds > 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#turnedAt = performance.now()
      if (this.#holds > 0) return
      this.#begin()
      this.#finish()
    })
  }

  #begin(): void {
    if (this.#open || this.#waiting.length === 0) return
    const open: Transaction = { verbs: [], effects: [], whenOver: [], until: performance.now() + patienceMs }
    this.#open = open
    try {
      this.#store.begin()
    } catch (error) {
      this.fail(error)
      return
    }
    this.#perform(this.#waiting.splice(0), open)
  }

  #perform(verbs: readonly Verb[], open: Transaction): void {
    open.verbs.push(...verbs)
    try {
      for (const verb of verbs) verb.perform()
    } catch (error) {
      this.fail(error)
    }
  }

  /** What was under way may be over, once whoever has just spoken is done. */
  #look(): void {
    if (this.#willLook) return
    this.#willLook = true
    queueMicrotask(() => {
      this.#willLook = false
      if (this.#open && !this.#on.lookAhead()) this.#commit()
    })
  }

  /** Commits as soon as nothing is under way that belongs to it. */
  #finish(): void {
    if (!this.#open) return
    if (!this.#on.lookAhead() || performance.now() >= this.#open.until) this.#commit()
    else setImmediate(() => this.#finish())
  }

  #commit(): void {
    const open = this.#open
    if (!open) return
    try {
      this.#store.commit()
    } catch (error) {
      this.fail(error)
      return
    }
    this.#open = undefined
    for (const verb of open.verbs) verb.settle()
    for (const effect of open.effects) effect()
    for (const over of open.whenOver) over()
    this.#on.committed()
    this.#schedule()
  }
}

interface Transaction {
  readonly verbs: Verb[]
  readonly effects: (() => void)[]
  readonly whenOver: (() => void)[]
  /** When it is committed at the latest, by `performance.now()`. */
  readonly until: number
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

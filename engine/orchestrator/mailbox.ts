import type { Json } from '../json.ts'
import { ownEvents } from '../run.ts'
import type { Mail, RunState } from './state.ts'

/** What nobody waits for comes too late, and is dropped: answers to questions that are closed, questions of children that have ended. */
const fleeting: ReadonlySet<string> = new Set([ownEvents.answer, ownEvents.questions])

/** A step that waits for an event. */
export interface Waiter {
  /** Waiters are served in the order of their numbers, which survive checkpoints. */
  readonly number: number
  /** Lower case. */
  readonly event: string
  accepts(data: Json): boolean
}

/**
 * The events of a run that nobody has taken, and the steps that wait for one.
 *
 * Invariants:
 * 1. An event is either in `mail` or was given to exactly one waiter.
 * 2. Events are offered in the order of arrival, each to its waiters in the order of their numbers.
 * 3. An event is given only to a waiter that goes on with it: whoever is ahead has been advanced, and what that cancelled
 *    has left.
 */
export class Mailbox {
  /** Whether an event or a waiter has come that {@link deliver} has not seen. */
  hasNews = true
  readonly #mail: Mail[]
  readonly #waiters = new Map<Waiter, (data: Json) => void>()

  constructor(state: RunState) {
    this.#mail = state.mail
  }

  /** The names somebody waits for, each once. */
  names(): Set<string> {
    return new Set([...this.#waiters.keys()].map(({ event }) => event))
  }

  put(mail: Mail): void {
    this.hasNews = true
    this.#mail.push(mail)
  }

  wait(waiter: Waiter, take: (data: Json) => void): void {
    this.hasNews = true
    this.#waiters.set(waiter, take)
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
  }

  /**
   * Hands out the first event that fits, and says whether there was one: its taker goes on before the next event is
   * looked at, for it may end what others wait for.
   */
  deliver(): boolean {
    if (!this.hasNews) return false
    this.hasNews = false
    if (this.#waiters.size === 0) this.#dropFleeting()
    for (let at = 0; at < this.#mail.length && this.#waiters.size > 0;) {
      const mail = this.#mail[at]
      if (!mail) return false
      const taker = this.#takerOf(mail)
      if (!taker && !fleeting.has(mail.name)) {
        at += 1
        continue
      }
      this.#mail.splice(at, 1)
      if (!taker) continue
      this.hasNews = true
      this.#give(mail, taker)
      return true
    }
    return false
  }

  #dropFleeting(): void {
    const kept = this.#mail.filter(({ name }) => !fleeting.has(name))
    if (kept.length < this.#mail.length) this.#mail.splice(0, this.#mail.length, ...kept)
  }

  #give({ data }: Mail, taker: Waiter): void {
    const take = this.#waiters.get(taker)
    this.#waiters.delete(taker)
    take?.(data)
  }

  #takerOf(mail: Mail): Waiter | undefined {
    const waiting = [...this.#waiters.keys()].filter(({ event }) => event === mail.name)
    for (const waiter of waiting.toSorted((a, b) => a.number - b.number))
      if (waiter.accepts(mail.data)) return waiter
    return undefined
  }
}

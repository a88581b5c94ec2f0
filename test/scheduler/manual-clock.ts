import type { Clock, Instant } from '../../engine/clock.ts'

interface Bell {
  readonly at: Instant
  readonly ring: () => void
}

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: Instant
  #bells: Bell[] = []

  constructor(now: Instant = Date.UTC(2030, 0, 1)) {
    this.#now = now
  }

  now(): Instant {
    return this.#now
  }

  after(delayMs: number, ring: () => void): () => void {
    const bell = { at: this.#now + delayMs, ring }
    this.#bells.push(bell)
    return () => {
      this.#bells = this.#bells.filter((other) => other !== bell)
    }
  }

  /** Whether anybody waits for it to go on. */
  get isWaited(): boolean {
    return this.#bells.length > 0
  }

  /** Goes on by `ms`, and rings on the way what is due. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#bells.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until)
      if (!next) break
      this.#bells = this.#bells.filter((bell) => bell !== next)
      this.#now = Math.max(this.#now, next.at)
      next.ring()
    }
    this.#now = until
  }

  /** Goes on by `ms` as a machine that slept does: what was due meanwhile rings late, once. */
  leap(ms: number): void {
    this.#now += ms
    const due = this.#bells.filter(({ at }) => at <= this.#now)
    this.#bells = this.#bells.filter(({ at }) => at > this.#now)
    for (const { ring } of due) ring()
  }

  /** Shows another time, as when somebody sets a clock: whoever waits goes on waiting as long as it would have. */
  jump(ms: number): void {
    this.#now += ms
    this.#bells = this.#bells.map(({ at, ring }) => ({ at: at + ms, ring }))
  }
}

import type { Clock, Instant } from '../../engine/clock.ts'

interface Bell {
  readonly at: Instant
  readonly ring: () => void
  isOff: boolean
}

/** A clock that stands still until it is told to jump to its next bell; of two at one instant, the one set first rings first. */
export class JumpingClock implements Clock {
  #now: Instant
  /** Latest first, so that the next one is taken from the end. */
  readonly #bells: Bell[] = []

  constructor(now: Instant = Date.UTC(2030, 0, 1)) {
    this.#now = now
  }

  now(): Instant {
    return this.#now
  }

  after(delayMs: number, ring: () => void): () => void {
    const bell = { at: this.#now + Math.max(0, delayMs), ring, isOff: false }
    let low = 0
    let high = this.#bells.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#bells[middle]?.at ?? 0) > bell.at) low = middle + 1
      else high = middle
    }
    this.#bells.splice(low, 0, bell)
    return () => {
      bell.isOff = true
    }
  }

  /** Rings the next bell; `false` when there is none before `horizon`. */
  jump(horizon: Instant): boolean {
    const bell = this.#bells.pop()
    if (!bell) return false
    if (bell.isOff) return this.jump(horizon)
    if (bell.at > horizon) return false
    this.#now = Math.max(this.#now, bell.at)
    bell.ring()
    return true
  }
}

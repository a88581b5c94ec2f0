/** A moment: milliseconds since 1970, UTC. */
export type Instant = number

/** Where a program that waits gets its time from, so that a test can hand in one that stands still. */
export interface Clock {
  now(): Instant
  /** Calls `ring` once, `delayMs` from now at the earliest; gives the way to call it off. */
  after(delayMs: number, ring: () => void): () => void
}

/** The clock of this machine. What waits on it keeps the process alive, as an open server does. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, ring) => {
    const timer = setTimeout(ring, Math.min(delayMs, longestTimeout))
    return () => clearTimeout(timer)
  },
}

/** Longer delays overflow `setTimeout` and would ring at once; whoever waits longer looks at the clock and waits again. */
const longestTimeout = 2 ** 31 - 1

/** Chance that is the same for the same seed. */
export interface Dice {
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  oneOf<T>(all: readonly [T, ...T[]]): T
  /** True once in `times`. */
  once(times: number): boolean
}

/** Dice of their own for every `seed` and `purpose`, so that how often one is thrown does not concern the others. */
export function diceOf(seed: number, purpose: string): Dice {
  let state = seed >>> 0
  for (const letter of purpose) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    between,
    oneOf: (all) => all[between(0, all.length - 1)] ?? all[0],
    once: (times) => between(1, times) === 1,
  }
}

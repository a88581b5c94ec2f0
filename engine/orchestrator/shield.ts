import { settle, type Flow, type Outcome } from './effect.ts'
import { Cancelled, Failed } from './ending.ts'
import type { Frame } from './frame.ts'

/** Runs `flow` to its end before a cancel that came meanwhile takes effect. */
export async function* shielded<T>(frame: Frame, flow: Flow<T>): Flow<T> {
  const { strand } = frame
  strand.shield += 1
  try {
    return yield* flow
  } finally {
    strand.shield -= 1
    if (strand.shield === 0 && strand.pending !== undefined) {
      const { pending } = strand
      delete strand.pending
      // oxlint-disable-next-line no-unsafe-finally -- the cancel that waited outranks how the shielded part ended
      throw pending
    }
  }
}

/**
 * Runs the `finally` of what ended with `outcome`. What goes wrong in it replaces that, but for a cancel: whoever was
 * cancelled stays so, and the error becomes a warning.
 */
export async function* cleanedUp(
  outcome: Outcome<unknown>,
  flow: Flow,
  frame: Frame,
  whose: string,
): Flow<void> {
  const cleaned = yield* settle(shielded(frame, flow))
  if (cleaned.ok) return
  const { error } = cleaned
  if (outcome.ok || !(outcome.error instanceof Cancelled)) throw error
  if (error instanceof Failed) frame.machine.warn(`"finally" of ${whose} failed: ${error.message}`)
}

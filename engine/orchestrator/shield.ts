import type { Flow } from './effect.ts'
import type { Frame } from './frame.ts'

/** Runs `flow` to its end before a cancel that came meanwhile takes effect. */
export function* shielded<T>(frame: Frame, flow: Flow<T>): Flow<T> {
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

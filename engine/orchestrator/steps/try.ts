import { handOver, undo } from '../compensation.ts'
import { settle } from '../effect.ts'
import { Leave, pack, unpack, valueOf } from '../ending.ts'
import type { Executor } from '../frame.ts'
import { sequence } from '../sequence.ts'
import type { PackedOutcome } from '../state.ts'

interface SagaCursor {
  /** Set once the steps have ended and undoing may have begun. */
  outcome?: PackedOutcome
}

export const tryBlock: Executor<'try'> = function* (step, frame) {
  const steps = frame.part('try', step.saga ? { saga: frame.path } : {})
  if (!step.saga) return yield* sequence(step.steps, steps)
  const cursor = frame.cursor<SagaCursor>(() => ({}))
  const outcome = cursor.outcome ? unpack(cursor.outcome) : yield* settle(sequence(step.steps, steps))
  cursor.outcome = pack(outcome)
  if (outcome.ok || outcome.error instanceof Leave) handOver(frame.path, frame.saga, frame)
  else yield* undo(frame.path, frame)
  return valueOf(outcome) ?? null
}

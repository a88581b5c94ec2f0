import { parseTimestamp } from '../../expressions/duration.ts'
import type { Step } from '../../language/definition.ts'
import { Due } from '../effect.ts'
import type { Executor, Frame } from '../frame.ts'

interface WaitCursor {
  /** Epoch ms. */
  readonly dueAt: number
}

export const wait: Executor<'wait'> = function* (step, frame) {
  const { dueAt } = frame.begun<WaitCursor>(() => ({ dueAt: endOf(step, frame) }))
  const end = Math.min(dueAt, frame.dueAt ?? dueAt)
  yield { do: 'timer', dueAt: end }
  if (end < dueAt) throw new Due()
  return null
}

function endOf(step: Step<'wait'>, frame: Frame): number {
  if ('for' in step) return frame.machine.now() + frame.duration(step.for, 'wait')
  const value = frame.value(step.until, 'until')
  const at = parseTimestamp(value)
  if (at !== undefined) return at
  throw frame.failed(
    'expression.type',
    `${JSON.stringify(value)} is not a timestamp; write one with a zone, such as 2030-01-31T09:00:00Z`,
  )
}

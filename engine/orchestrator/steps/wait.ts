import { parseTimestamp } from '../../expressions/duration.ts'
import type { Step } from '../../language/definition.ts'
import { Due } from '../effect.ts'
import type { Executor, Frame } from '../frame.ts'

interface WaitCursor {
  /** Epoch ms. */
  readonly dueAt: number
}

export const wait: Executor<'wait'> = async function* (step, frame) {
  const { dueAt } = await frame.begun<WaitCursor>(async () => ({ dueAt: await endOf(step, frame) }))
  const end = Math.min(dueAt, frame.dueAt ?? dueAt)
  yield { do: 'timer', dueAt: end }
  if (end < dueAt) throw new Due()
  return null
}

async function endOf(step: Step<'wait'>, frame: Frame): Promise<number> {
  if ('for' in step) return frame.machine.now() + (await frame.duration(step.for, 'wait'))
  const value = await frame.value(step.until, 'until')
  const at = parseTimestamp(value)
  if (at !== undefined) return at
  throw frame.failed(
    'expression.type',
    `${JSON.stringify(value)} is not a timestamp; write one with a zone, such as 2030-01-31T09:00:00Z`,
  )
}

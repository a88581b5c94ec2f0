import type { Executor } from '../frame.ts'
import { askHost } from './perform.ts'

export const emit: Executor<'emit'> = function* (step, frame) {
  const to = frame.value(step.to, 'to')
  const data = frame.value(step.data, 'data')
  if (typeof to !== 'string')
    throw frame.failed(
      'expression.type',
      `An event goes to the id of a run, a text, not to ${JSON.stringify(to)}`,
    )
  yield* askHost('longhaul.raise', { to, event: step.event, data }, frame)
  return null
}

import type { Json } from '../../json.ts'
import { Failed } from '../ending.ts'
import type { Executor } from '../frame.ts'
import { sizeOf, valueFailure } from '../size.ts'

export const set: Executor<'set'> = function* (step, frame) {
  const { start, vars } = frame.machine.state
  const values: Record<string, Json> = {}
  for (const [name, template] of Object.entries(step.values)) {
    const value = frame.value(template, name)
    const tooLarge = valueFailure(`The value of "${name}"`, sizeOf(value, start), start)
    if (tooLarge) throw new Failed(frame.locate(tooLarge))
    values[name] = value
  }
  Object.assign(vars, values)
  return values
}

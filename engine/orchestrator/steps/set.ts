import type { Json } from '../../json.ts'
import { Failed } from '../ending.ts'
import type { Executor } from '../frame.ts'
import { sizeFailure, sizeOf } from '../weight.ts'

export const set: Executor<'set'> = async function* (step, frame) {
  const values: Record<string, Json> = {}
  for (const [name, template] of Object.entries(step.values)) {
    const value = await frame.value(template, name)
    const tooLarge = sizeFailure(`The value of "${name}"`, sizeOf(value))
    if (tooLarge) throw new Failed(frame.locate(tooLarge))
    values[name] = value
  }
  Object.assign(frame.machine.state.vars, values)
  return values
}

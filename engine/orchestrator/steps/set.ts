import type { Json } from '../../json.ts'
import type { Executor } from '../frame.ts'
import { largestValue, sizeOf } from '../weight.ts'

export const set: Executor<'set'> = async function* (step, frame) {
  const values: Record<string, Json> = {}
  for (const [name, template] of Object.entries(step.values)) {
    const value = await frame.value(template, name)
    const size = sizeOf(value)
    if (size > largestValue)
      throw frame.failed(
        'limit.size',
        `The value of "${name}" is ${size} characters of JSON; at most ${largestValue} fit`,
        {
          retryable: false,
        },
      )
    values[name] = value
  }
  Object.assign(frame.machine.state.vars, values)
  return values
}

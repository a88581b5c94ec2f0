import type { Json } from '../../json.ts'
import type { Executor } from '../frame.ts'

/** The longest a variable's value may be, in characters of JSON. */
const limit = 1_048_576

export const set: Executor<'set'> = async function* (step, frame) {
  const values: Record<string, Json> = {}
  for (const [name, template] of Object.entries(step.values)) {
    const value = await frame.value(template, name)
    const size = JSON.stringify(value).length
    if (size > limit)
      throw frame.failed(
        'limit.size',
        `The value of "${name}" is ${size} characters of JSON; at most ${limit} fit`,
        {
          retryable: false,
        },
      )
    values[name] = value
  }
  Object.assign(frame.machine.state.vars, values)
  return values
}

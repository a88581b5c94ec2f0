import type { Json } from '../../json.ts'
import type { Step } from '../../language/definition.ts'
import { checkAgainst } from '../../language/schema.ts'
import { Due } from '../effect.ts'
import { Failed } from '../ending.ts'
import type { Executor, Frame } from '../frame.ts'

interface WaiterCursor {
  readonly number: number
  /** When this step's own `timeout` is over, epoch ms. */
  readonly dueAt?: number
}

export const waitFor: Executor<'waitFor'> = function* (step, frame) {
  const { number, dueAt } = frame.begun(() => begin(step, frame))
  const waiter = {
    number,
    event: step.event.toLowerCase(),
    accepts: (data: Json) => accepts(step, data, frame),
  }
  try {
    const data = yield { do: 'event', waiter, ...earlier(dueAt, frame.dueAt) }
    const fits = checkAgainst(step.schema ?? true, data)
    return fits.ok ? fits.value : data
  } catch (error) {
    if (!(error instanceof Due) || dueAt === undefined || (frame.dueAt ?? dueAt) < dueAt) throw error
    if (step.onTimeout) return frame.value(step.onTimeout, 'onTimeout')
    throw frame.failed('timeout', `No event "${step.event}" came in time`)
  }
}

/** The earlier of two due times, as the field of an effect. */
function earlier(one: number | undefined, other: number | undefined): { readonly dueAt?: number } {
  const dueAt = Math.min(one ?? Infinity, other ?? Infinity)
  return dueAt === Infinity ? {} : { dueAt }
}

function begin(step: Step<'waitFor'>, frame: Frame): WaiterCursor {
  const { machine } = frame
  const number = (machine.state.counter += 1)
  if (step.timeout === undefined) return { number }
  return { number, dueAt: machine.now() + frame.duration(step.timeout, 'timeout') }
}

/** An event that does not fit the schema, or makes `match` anything but true, is left for others: it must not kill a run. */
function accepts(step: Step<'waitFor'>, data: Json, frame: Frame): boolean {
  if (step.schema !== undefined) {
    const checked = checkAgainst(step.schema, data)
    if (!checked.ok) {
      const [problem] = checked.problems
      frame.machine.warn(
        `Event "${step.event}" does not fit step "${frame.label}": ${problem?.path ?? ''} ${problem?.message ?? ''}`,
      )
      return false
    }
  }
  if (!step.match) return true
  try {
    return frame.holds(step.match, 'match', frame.with({ event: data }))
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    frame.machine.warn(`"match" of step "${frame.label}" could not be decided for an event: ${error.message}`)
    return false
  }
}

import type { Failure } from '../../failure.ts'
import { isJsonObject, type Json } from '../../json.ts'
import type { Executor } from '../frame.ts'

export const fail: Executor<'fail'> = function* (step, frame) {
  const message = frame.value(step.message, 'message')
  const data = step.data && frame.value(step.data, 'data')
  const cause = step.cause && causeFrom(frame.value(step.cause, 'cause'))
  throw frame.failed(step.type, typeof message === 'string' ? message : JSON.stringify(message), {
    ...(data === undefined ? {} : { data }),
    ...(cause === undefined ? {} : { cause }),
    retryable: step.retryable,
  })
}

/** An error handed on, such as `$error`; anything else is kept as the data of a cause without a type of its own. */
function causeFrom(value: Json): Failure {
  if (isJsonObject(value) && typeof value['type'] === 'string' && typeof value['message'] === 'string')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has what makes an error; the rest is handed on as it is
    return value as unknown as Failure
  return {
    type: 'unknown',
    message: typeof value === 'string' ? value : JSON.stringify(value),
    data: value,
    retryable: false,
  }
}

import type { ActivityRequest } from '../envelope.ts'
import type { Executor } from '../frame.ts'
import { perform } from './perform.ts'

export const call: Executor<'call'> = function* (step, frame) {
  const { machine, path, attempt } = frame
  const { definition, traceparent } = machine.state.start
  const input = frame.value(step.with, 'with', step.lists)
  const key = step.idempotencyKey && frame.value(step.idempotencyKey, 'idempotencyKey')
  const request: ActivityRequest = {
    input,
    runId: machine.runId,
    workflow: definition.name,
    path,
    attempt,
    idempotencyKey:
      typeof key === 'string' ? key : key === undefined ? `${machine.runId}/${path}` : JSON.stringify(key),
    ...(frame.dueAt === undefined ? {} : { timeoutMs: Math.max(0, frame.dueAt - machine.now()) }),
    ...(step.keep ? { keep: step.keep.jsonata } : {}),
    ...(definition.secrets.length > 0 ? { secrets: definition.secrets } : {}),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
  return yield* perform(step.activity, request, frame)
}

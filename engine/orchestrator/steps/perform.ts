import type { JsonObject } from '../../json.ts'
import type { ActivityRequest, HostActivities } from '../envelope.ts'
import type { Flow } from '../effect.ts'
import { Failed } from '../ending.ts'
import type { Frame } from '../frame.ts'

/** Performs an activity for the step of `frame`, which becomes the place of its failure. */
export function* perform(name: string, request: ActivityRequest, frame: Frame): Flow {
  try {
    return yield {
      do: 'activity',
      name,
      request,
      ...(frame.dueAt === undefined ? {} : { dueAt: frame.dueAt }),
    }
  } catch (error) {
    throw error instanceof Failed ? new Failed(frame.locate(error.failure)) : error
  }
}

/** Asks the activity host for what replayed code cannot do itself. */
export function* askHost(name: keyof HostActivities, input: JsonObject, frame: Frame): Flow {
  const { machine, path, attempt } = frame
  const { runId, state } = machine
  const workflow = state.start.definition.name
  const request = { input, runId, workflow, path, attempt, idempotencyKey: `${runId}/${path}` }
  return yield* perform(name, request, frame)
}

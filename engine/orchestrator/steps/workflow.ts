import type { Failure } from '../../failure.ts'
import { placeInside, runChild } from '../child.ts'
import { Failed } from '../ending.ts'
import type { Executor, Frame } from '../frame.ts'
import { idInside } from '../id.ts'
import { askHost } from './perform.ts'

export const workflow: Executor<'workflow'> = function* (step, frame) {
  const { machine } = frame
  const input = frame.value(step.with, 'with')
  if (step.detached) {
    const id = idInside(machine, frame.path)
    return yield* askHost(
      'longhaul.start',
      { id, workflow: step.workflow, input, parent: machine.runId },
      frame,
    )
  }
  const [name = ''] = step.workflow.split('@')
  const child = { workflow: step.workflow, input, ...placeInside(frame) }
  try {
    return yield* runChild(name, { child }, frame)
  } catch (error) {
    throw error instanceof Failed ? ofChild(error.failure, frame) : error
  }
}

/** A child's failure as the failure of the step that ran it: its own place stays visible in `cause`. */
function ofChild(failure: Failure, frame: Frame): Failed {
  const { type, message, data, retryable } = failure
  return frame.failed(type, message, { ...(data === undefined ? {} : { data }), retryable, cause: failure })
}

import type { ChildProgress, Flow } from './effect.ts'
import type { Frame } from './frame.ts'
import { idFor } from './id.ts'
import type { ChildStart } from './state.ts'

/** Runs a child to its end, in `frame`, whose cursor is the child's. */
export async function* runChild(name: string, start: ChildStart, frame: Frame): Flow {
  const { runId, state } = frame.machine
  const progress = frame.cursor<ChildProgress>(() => ({
    id: idFor(`${runId}/child/${(state.counter += 1)}`),
    isStarted: false,
  }))
  const { dueAt } = frame
  return yield { do: 'child', name, start, progress, ...(dueAt === undefined ? {} : { dueAt }) }
}

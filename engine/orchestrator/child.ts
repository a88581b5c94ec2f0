import type { Flow } from './effect.ts'
import type { Frame } from './frame.ts'
import { idFor } from './id.ts'
import type { ChildStart } from './state.ts'

interface ChildCursor {
  readonly id: string
  isStarted: boolean
}

/** Runs a child to its end, in `frame`, whose cursor is the child's. */
export async function* runChild(name: string, start: ChildStart, frame: Frame): Flow {
  const { runId, state } = frame.machine
  const cursor = frame.cursor<ChildCursor>(() => ({
    id: idFor(`${runId}/child/${(state.counter += 1)}`),
    isStarted: false,
  }))
  return yield {
    do: 'child',
    name,
    start,
    ...cursor,
    onStarted: () => {
      cursor.isStarted = true
    },
    ...(frame.dueAt === undefined ? {} : { dueAt: frame.dueAt }),
  }
}

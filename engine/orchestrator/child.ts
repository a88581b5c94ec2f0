import type { ChildProgress, Flow } from './effect.ts'
import type { Frame } from './frame.ts'
import { idFor } from './id.ts'
import type { ChildStart } from './state.ts'

/** How many runs may be nested in each other. */
const deepest = 64

/** Where a child that `frame` starts stands; an error of the frame's step where that is too deep. */
export function placeInside(frame: Frame): { readonly parent: string; readonly depth?: number } {
  const { runId: parent, state } = frame.machine
  const { depth } = state.start
  if (depth === undefined) return { parent }
  if (depth < deepest) return { parent, depth: depth + 1 }
  throw frame.failed('limit.depth', `This run is nested in ${depth} others, and no deeper one may begin`, {
    retryable: false,
  })
}

/** Runs a child to its end, in `frame`, whose cursor is the child's. */
export async function* runChild(name: string, start: ChildStart, frame: Frame): Flow {
  const { runId, state } = frame.machine
  const progress = frame.cursor<ChildProgress>(() => {
    const number = (state.counter += 1)
    return {
      id: idFor(`${runId}/child/${number}`),
      label: `${frame.label}#${number}`,
      isStarted: false,
    }
  })
  const { dueAt } = frame
  return yield { do: 'child', name, start, progress, ...(dueAt === undefined ? {} : { dueAt }) }
}

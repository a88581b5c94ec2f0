import type { Failure } from '../failure.ts'
import { present } from '../present.ts'
import type { ChildProgress, Flow } from './effect.ts'
import { Failed } from './ending.ts'
import type { Frame } from './frame.ts'
import { idInside } from './id.ts'
import { messageFailure, partsOfBindings } from './size.ts'
import type { ChildStart, Place } from './state.ts'

/** How many runs may be nested in each other. */
const deepest = 64

/** Where a child that `frame` starts stands; an error of the frame's step where that is too deep. */
export function placeInside(frame: Frame): Place {
  const { runId: parent, state } = frame.machine
  const { depth, revision, limits } = state.start
  if (depth === undefined) return { parent }
  if (depth < deepest) return present({ parent, depth: depth + 1, revision, limits })
  throw frame.failed('limit.depth', `This run is nested in ${depth} others, and no deeper one may begin`, {
    retryable: false,
  })
}

/** Runs a child to its end, in `frame`, whose cursor is the child's. */
export function* runChild(name: string, start: ChildStart, frame: Frame): Flow {
  const { state } = frame.machine
  const progress = frame.cursor<ChildProgress>(() => {
    const number = (state.counter += 1)
    return {
      id: idInside(frame.machine, `child/${number}`),
      label: `${frame.label}#${number}`,
      isStarted: false,
    }
  })
  const tooLarge = 'part' in start && !progress.isStarted && partFailure(start, frame)
  if (tooLarge) throw new Failed(frame.locate(tooLarge))
  const { dueAt } = frame
  return yield { do: 'child', name, start, progress, ...(dueAt === undefined ? {} : { dueAt }) }
}

/** A part is given all that it can see. */
function partFailure(
  start: Extract<ChildStart, { readonly part: unknown }>,
  { machine }: Frame,
): Failure | undefined {
  return messageFailure(
    'What this item can see',
    start,
    () => partsOfBindings(start.bindings),
    machine.state.start,
  )
}

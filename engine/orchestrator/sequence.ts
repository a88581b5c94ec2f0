import type { Template } from '../expressions/template.ts'
import type { Json } from '../json.ts'
import type { Step } from '../language/definition.ts'
import type { Flow } from './effect.ts'
import type { Frame } from './frame.ts'

interface SequenceCursor {
  /** The index of the step under way. */
  at: number
  last: Json
}

interface BlockCursor extends SequenceCursor {
  /** The results, by step id, that the block's own steps have given so far. */
  readonly own: Record<string, Json>
}

/**
 * Executes steps one after the other in `frame`, whose cursor is theirs; gives the result of the last one executed,
 * `null` where there was none.
 */
export function* sequence(steps: readonly Step[], frame: Frame): Flow {
  const cursor = frame.cursor<SequenceCursor>(() => ({ at: 0, last: null }))
  for (; cursor.at < steps.length; cursor.at += 1) {
    const step = steps[cursor.at]
    if (!step) break
    const inner = frame.step(step, cursor.at)
    const value = yield* frame.machine.execute(step, inner)
    inner.drop()
    if (value === undefined) continue
    cursor.last = value
    if (step.id !== undefined) frame.keep(step.id, value)
  }
  return cursor.last
}

/** What the steps of the block in `frame` have given so far, by id. */
export function ownOf(frame: Frame): Record<string, Json> {
  return frame.cursor<BlockCursor>(() => ({ at: 0, last: null, own: {} })).own
}

/** Executes steps as a block: what they give stays inside. Its value is `result`, else that of the last step. */
export function* block(
  steps: readonly Step[],
  frame: Frame,
  more: Readonly<Record<string, Json>>,
  result: Template | undefined,
): Flow {
  const inside = frame.within(ownOf(frame), more)
  const last = yield* sequence(steps, inside)
  return result ? inside.value(result, 'result', [], inside.with({ result: last })) : last
}

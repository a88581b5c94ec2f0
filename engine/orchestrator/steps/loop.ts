import type { Json } from '../../json.ts'
import type { Step } from '../../language/definition.ts'
import { settle, type Flow } from '../effect.ts'
import { Leave, valueOf } from '../ending.ts'
import type { Executor, Frame } from '../frame.ts'
import { block, ownOf } from '../sequence.ts'

interface LoopCursor {
  phase: 'test' | 'pass' | 'pause'
  /** Passes begun. */
  pass: number
  /** The value of the last pass; absent before the first has ended. */
  last?: Json
  /** The results, by id, of the last pass: what the conditions see. */
  own: Record<string, Json>
  /** While `pause`: when the next pass begins, epoch ms. */
  notBefore?: number
}

export const loop: Executor<'loop'> = function* (step, frame) {
  const cursor = frame.cursor<LoopCursor>(() => ({ phase: 'test', pass: 0, own: {} }))
  for (;;) {
    if (cursor.phase === 'test') {
      if (step.while && !frame.holds(step.while, `while.${cursor.pass}`, conditionNames(frame, cursor))) break
      mayGoOn(step, frame, cursor)
      cursor.phase = 'pass'
      if (step.every !== undefined && cursor.pass > 0) {
        cursor.notBefore = frame.machine.now() + pauseAfter(step, frame, cursor.pass)
        cursor.phase = 'pause'
      }
      cursor.pass += 1
    }
    if (cursor.phase === 'pause') {
      yield { do: 'timer', dueAt: cursor.notBefore ?? 0 }
      cursor.phase = 'pass'
    }
    if (yield* wasLast(step, frame, cursor)) break
    cursor.phase = 'test'
    if (step.until && frame.holds(step.until, `until.${cursor.pass}`, conditionNames(frame, cursor))) break
  }
  return cursor.last ?? null
}

/** Runs a pass; says whether it left the loop. */
function* wasLast(step: Step<'loop'>, frame: Frame, cursor: LoopCursor): Flow<boolean> {
  const part = frame.part(String(cursor.pass), { names: withoutPrevious(frame) })
  const previous = cursor.last === undefined ? {} : { previous: cursor.last }
  const outcome = yield* settle(block(step.steps, part, previous, step.passResult))
  const left =
    !outcome.ok && outcome.error instanceof Leave && outcome.error.how !== 'return'
      ? outcome.error.how
      : undefined
  if (left === undefined) cursor.last = valueOf(outcome)
  cursor.own = ownOf(part)
  part.drop()
  return left === 'break'
}

/** An outer loop's `$previous` is not this one's. */
function withoutPrevious(frame: Frame): Frame['names'] {
  const { previous: _, ...bindings } = frame.names.bindings
  return { ...frame.names, bindings }
}

function conditionNames(frame: Frame, { own, last }: LoopCursor): Frame['names'] {
  return frame.block(own, last === undefined ? {} : { previous: last })
}

function mayGoOn(step: Step<'loop'>, frame: Frame, { pass }: LoopCursor): void {
  const most = frame.count(step.maxIterations, 'maxIterations', '"maxIterations"', 1)
  if (pass >= most)
    throw frame.failed('limit.iterations', `The loop has not ended after ${most} passes`, {
      retryable: false,
    })
}

function pauseAfter(step: Step<'loop'>, frame: Frame, pass: number): number {
  const every = step.every === undefined ? 0 : frame.duration(step.every, 'every')
  const factor = step.backoff === undefined ? 1 : frame.value(step.backoff, 'backoff')
  if (typeof factor !== 'number' || factor < 1)
    throw frame.failed(
      'expression.type',
      `"backoff" must be a number of at least 1, not ${JSON.stringify(factor)}`,
    )
  const most = step.maxEvery === undefined ? Infinity : frame.duration(step.maxEvery, 'maxEvery')
  return Math.round(Math.min(every * factor ** (pass - 1), most))
}

import type { Executor } from '../frame.ts'
import { sequence } from '../sequence.ts'

interface ChoiceCursor {
  /** The way taken: once chosen, the condition is not asked again. */
  way?: number
}

export const choose: Executor<'if'> = function* (step, frame) {
  const cursor = frame.cursor<ChoiceCursor>(() => ({}))
  cursor.way ??= frame.holds(step.when, 'if') ? 0 : 1
  return cursor.way === 0
    ? yield* sequence(step.then, frame.part('then'))
    : yield* sequence(step.else, frame.part('else'))
}

export const chooseCase: Executor<'switch'> = function* (step, frame) {
  const cursor = frame.cursor<ChoiceCursor>(() => ({}))
  for (let at = 0; cursor.way === undefined; at += 1) {
    const when = step.cases[at]?.when
    if (!when || frame.holds(when, `case.${at + 1}`)) cursor.way = at
  }
  const taken = step.cases[cursor.way]
  return taken
    ? yield* sequence(taken.then, frame.part(`case.${cursor.way + 1}`))
    : yield* sequence(step.default, frame.part('default'))
}

import type { Frame } from './frame.ts'
import type { Meter } from './meter.ts'
import type { Node, Stage } from './syntax.ts'
import { isNumber, isTrue } from './truth.ts'
import { asTuple, frameOf, isTuples, itemOf, tupleOf, tuplesOf } from './tuple.ts'
import { isList, type List, sequenceOf, type Value } from './value.ts'

/** The items of `input` for which `predicate` is true, or whose position it gives. */
export function filter(predicate: Node, input: Value, frame: Frame): Value {
  const isStream = isTuples(input)
  const items: List = isList(input) ? input : sequenceOf([input])
  const kept = isStream ? tuplesOf([]) : sequenceOf([])
  if (predicate.kind === 'literal' && typeof predicate.value === 'number') {
    const item = items[position(predicate.value, items)]
    if (isList(item)) return item
    if (item !== undefined) kept.push(item)
    return kept
  }
  for (const [index, item] of items.entries()) {
    const answer = isStream
      ? frameOf(item, frame).evaluate(predicate, itemOf(item))
      : frame.evaluate(predicate, item)
    keep(answer, index, item)
  }
  frame.evaluation.meter.list(kept.length)
  return kept

  function keep(answer: Value, index: number, item: Value): void {
    const { meter } = frame.evaluation
    const numbers = isNumber(answer)
      ? [answer]
      : isList(answer) && answer.every(isNumber)
        ? answer
        : undefined
    if (!numbers) {
      if (isTrue(answer, meter)) kept.push(item)
      return
    }
    meter.read(4 * numbers.length)
    for (const number of numbers) if (isNumber(number) && position(number, items) === index) kept.push(item)
  }
}

/** Negative positions count from the end. */
function position(number: number, { length }: List): number {
  const index = Math.floor(number)
  return index < 0 ? length + index : index
}

/** Predicates and positions behind a step, one after the other. */
export function throughStages(stages: readonly Stage[] | undefined, input: Value, frame: Frame): Value {
  let result = input
  for (const stage of stages ?? [])
    if (stage.filter) result = filter(stage.filter, result, frame)
    else if (isList(result)) result = numbered(result, stage.index, frame.evaluation.meter)
  return result
}

/** The tuples with their positions under `name`; sorting leaves tuples without their mark, and so does this. */
function numbered(tuples: List, name: string, meter: Meter): List {
  const all = tuples.map((tuple, index) => tupleOf(meter, asTuple(tuple), { [name]: index }))
  return isTuples(tuples) ? tuplesOf(all) : all
}

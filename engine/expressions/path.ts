import { filter, throughStages } from './filter.ts'
import type { Frame } from './frame.ts'
import { group } from './group.ts'
import { orderBy } from './sort.ts'
import type { Node } from './syntax.ts'
import { asTuple, frameOf, isTuples, itemKey, itemOf, type Tuple, tupleOf, tuplesOf } from './tuple.ts'
import { isDict, isList, isSequence, type List, type Sequence, sequenceOf, type Value } from './value.ts'

/** The value of a path: each step evaluated for every item that the step before it gave. */
export function walkPath(node: Node<'path'>, input: Value, frame: Frame): Value {
  const { steps } = node
  if (node.isBare) {
    const found = directly(steps, input, frame)
    if (found !== listOnTheWay) return found
  }
  let items: List = isList(input) && steps[0]?.kind !== 'variable' ? input : sequenceOf([input])
  let result: Value
  let tuples: List | undefined
  for (const [index, step] of steps.entries()) {
    if (tuples || step.tuple) {
      tuples = tupleStep(step, items, tuples, frame)
      continue
    }
    // A list written as the first step is not a context to go through.
    result =
      index === 0 && step.cons
        ? frame.evaluate(step, items)
        : plainStep(step, items, frame, index === steps.length - 1)
    if (!isList(result)) result = index === steps.length - 1 ? result : undefined
    if (!isList(result) || result.length === 0) break
    items = result
  }
  if (tuples) result = node.tuple ? tuples : sequenceOf(tuples.map(itemOf))
  if (node.keepSingleton) result = kept(result)
  return node.group ? group(node.group.pairs, node.group, tuples ?? result, frame) : result
}

/** What a path through objects alone leads to: the same, without the sequences that only lists need. */
function directly(
  [first, ...names]: readonly Node[],
  input: Value,
  frame: Frame,
): Value | typeof listOnTheWay {
  let value = first && frame.evaluate(first, input)
  for (const step of names) {
    if (isList(value)) return listOnTheWay
    if (step.kind === 'name')
      value = isDict(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined
  }
  frame.evaluation.meter.read(names.length)
  return isSequence(value) ? listOnTheWay : value
}

const listOnTheWay = Symbol('a list on the way')

/** `[]` somewhere in the path: one item stays a list. */
function kept(result: Value): Value {
  const sequence = isList(result) && result.cons && !result.sequence ? sequenceOf([result]) : result
  if (isSequence(sequence)) sequence.keepSingleton = true
  return sequence
}

function plainStep(step: Node, items: List, frame: Frame, isLast: boolean): List {
  const { meter } = frame.evaluation
  if (step.kind === 'sort') return listOf(throughStages(step.stages, orderBy(step, items, frame), frame))
  const found: Value[] = []
  for (const item of items) {
    let value = frame.evaluate(step, item)
    for (const stage of step.stages ?? []) if (stage.filter) value = filter(stage.filter, value, frame)
    if (value !== undefined) found.push(value)
  }
  const [first] = found
  if (isLast && found.length === 1 && isList(first) && !isSequence(first)) return first
  const flat: Sequence = sequenceOf([])
  for (const value of found)
    if (isList(value) && !value.cons) for (const item of value) flat.push(item)
    else flat.push(value)
  meter.list(flat.length)
  return flat
}

function listOf(value: Value): List {
  return isList(value) ? value : sequenceOf([value])
}

/** A step of a path that binds names: it makes tuples of tuples. */
function tupleStep(step: Node, items: List, tuples: List | undefined, frame: Frame): List {
  const { meter } = frame.evaluation
  if (step.kind === 'sort') {
    const ordered = tuples
      ? orderBy(step, tuples, frame)
      : indexed(orderBy(step, items, frame), step.index, frame)
    return listOf(throughStages(step.stages, ordered, frame))
  }
  const made = tuplesOf([])
  for (const tuple of tuples ?? items.map((item) => tupleOf(meter, { [itemKey]: item }))) {
    const found = frameOf(tuple, frame).evaluate(step, itemOf(tuple))
    if (found === undefined) continue
    const isStream = isTuples(found)
    for (const [index, item] of (isList(found) ? found : [found]).entries())
      made.push(
        tupleOf(meter, asTuple(tuple), isStream ? asTuple(item) : bound(step, item, index, itemOf(tuple))),
      )
    meter.list(isList(found) ? found.length : 1)
  }
  return listOf(throughStages(step.stages, made, frame))
}

/** What a step binds for one of its items. */
function bound({ focus, index: name, ancestor }: Node, item: Value, index: number, parent: Value): Tuple {
  return {
    ...(focus === undefined ? { [itemKey]: item } : { [focus]: item, [itemKey]: parent }),
    ...(name !== undefined && { [name]: index }),
    ...(ancestor !== undefined && { [ancestor]: parent }),
  }
}

function indexed(items: List, name: string | undefined, frame: Frame): List {
  const { meter } = frame.evaluation
  return tuplesOf(
    items.map((item, index) =>
      tupleOf(meter, { [itemKey]: item, ...(name !== undefined && { [name]: index }) }),
    ),
  )
}

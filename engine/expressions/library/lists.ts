import { Appended } from '../append.ts'
import { apply } from '../call.ts'
import type { Callable } from '../callable.ts'
import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import { containerCost, type Meter } from '../meter.ts'
import { sorted } from '../sort.ts'
import { stringOf } from '../text.ts'
import { isNumber, isTrue } from '../truth.ts'
import { type Dict, dictOf, isDict, isList, isSequence, type List, sequenceOf, type Value } from '../value.ts'
import type { Functions } from './functions.ts'

/** Functions on lists and objects. Where JSONata has them, they give what its own give, but count what they do. */
export const lists: Functions = {
  map(frame: Frame, list?: List, by?: Callable) {
    if (list === undefined || by === undefined) return undefined
    const results = sequenceOf([])
    for (const [index, item] of list.entries()) {
      const result = offer(by, [item, index, list], frame)
      if (result !== undefined) results.push(result)
    }
    frame.evaluation.meter.list(results.length)
    return results
  },

  filter(frame: Frame, list?: List, by?: Callable) {
    if (list === undefined || by === undefined) return undefined
    const { meter } = frame.evaluation
    const kept = list.filter((item, index) => isTrue(offer(by, [item, index, list], frame), meter))
    meter.list(kept.length)
    return sequenceOf(kept)
  },

  single(frame: Frame, list?: List, by?: Callable) {
    if (list === undefined) return undefined
    const { meter } = frame.evaluation
    meter.read(list.length)
    const found = by
      ? list.filter((item, index) => isTrue(offer(by, [item, index, list], frame), meter))
      : list
    if (found.length === 1) return found[0]
    throw new Fault(
      'expression.failed',
      `$single() looks for one item, and found ${found.length === 0 ? 'none' : 'more'}`,
    )
  },

  reduce(frame: Frame, list?: List, by?: Callable, start?: Value) {
    if (list === undefined || by === undefined) return undefined
    if (by.arity < 2)
      throw new Fault('expression.type', 'The function of $reduce() takes at least two arguments')
    const isStarted = start !== undefined || list.length === 0
    let result = isStarted ? start : list[0]
    for (let index = isStarted ? 0 : 1; index < list.length; index++)
      result = apply(by, [result, list[index], index, list].slice(0, Math.max(2, by.arity)), null, frame)
    return result
  },

  each(frame: Frame, object?: Dict, by?: Callable) {
    if (object === undefined || by === undefined) return sequenceOf([])
    const results = Object.entries(object).map(([key, value]) => offer(by, [value, key, object], frame))
    frame.evaluation.meter.list(results.length)
    return sequenceOf(results.filter((result) => result !== undefined))
  },

  sift(frame: Frame, object?: Dict, by?: Callable) {
    if (object === undefined) return undefined
    if (by === undefined) throw new Fault('expression.type', 'The second argument of $sift() is missing')
    const { meter } = frame.evaluation
    const kept = Object.entries(object).filter(([key, value]) =>
      isTrue(offer(by, [value, key, object], frame), meter),
    )
    meter.object(kept.length)
    return kept.length > 0 ? dictOf(kept) : undefined
  },

  sort(frame: Frame, list?: List, by?: Callable) {
    if (list === undefined) return undefined
    const { meter } = frame.evaluation
    // What counts is what JavaScript takes for true, as JSONata does here.
    if (by) return sorted(list, (first, second) => Boolean(apply(by, [first, second], null, frame)), meter)
    if (list.length <= 1) return list
    if (isAll(list, isNumber)) return sortedBy(list, meter)
    if (isAll(list, isText)) return sortedBy(list, meter)
    throw new Fault(
      'expression.type',
      '$sort() sorts numbers or texts',
      'give it a function that says whether the first comes after the second',
    )
  },

  max: (_frame: Frame, numbers?: readonly number[]) =>
    numbers?.reduce<number | undefined>(
      (most, number) => (most === undefined ? number : Math.max(most, number)),
      undefined,
    ),

  min: (_frame: Frame, numbers?: readonly number[]) =>
    numbers?.reduce<number | undefined>(
      (least, number) => (least === undefined ? number : Math.min(least, number)),
      undefined,
    ),

  zip(frame: Frame, ...zipped: readonly List[]) {
    const count = Math.min(...zipped.map((list) => (isList(list) ? list.length : 0)))
    frame.evaluation.meter.list(count)
    frame.evaluation.meter.make(count * (48 + 8 * zipped.length))
    return Array.from({ length: count }, (_, index) => zipped.map((list) => list[index]))
  },

  append(frame: Frame, first?: Value, second?: Value) {
    const appended = new Appended(frame.evaluation.meter, first)
    appended.add(second)
    return appended.value
  },

  keys(frame: Frame, value?: Value) {
    const all = new Set<string>()
    gatherKeys(value, all, frame.evaluation.meter, 0)
    frame.evaluation.meter.list(all.size)
    // An object puts keys that are whole numbers first, and JSONata collects them in one.
    return sequenceOf(Object.keys(dictOf([...all].map((key) => [key, true]))))
  },

  merge(frame: Frame, objects?: readonly Dict[]) {
    if (objects === undefined) return undefined
    frame.evaluation.meter.read(containerCost * objects.length)
    const entries = objects.flatMap((object) => Object.entries(object))
    frame.evaluation.meter.object(entries.length)
    return dictOf(entries)
  },

  spread(frame: Frame, value?: Value) {
    return spread(value, frame.evaluation.meter, 0)
  },

  distinct(frame: Frame, value?: Value) {
    if (!isList(value) || value.length <= 1) return value
    const { meter } = frame.evaluation
    const [scalars, structures] = [new Set<Value>(), new Set<string>()]
    const distinct = value.filter((item) => {
      const structure = isList(item) || isDict(item) ? canonical(item, meter, 0) : undefined
      if (structure === undefined ? scalars.has(item) : structures.has(structure)) return false
      if (structure === undefined) scalars.add(item)
      else structures.add(structure)
      return true
    })
    meter.make(64 * value.length)
    meter.list(distinct.length)
    return isSequence(value) ? sequenceOf(distinct) : distinct
  },

  clone(frame: Frame, value?: Value) {
    if (value === undefined) return undefined
    const text = stringOf(value, frame.evaluation.meter)
    frame.evaluation.meter.make(8 * text.length)
    const copy: Value = JSON.parse(text)
    return copy
  },

  boolean: (frame: Frame, value?: Value) =>
    value === undefined ? undefined : isTrue(value, frame.evaluation.meter),

  not: (frame: Frame, value?: Value) =>
    value === undefined ? undefined : !isTrue(value, frame.evaluation.meter),

  assert(_frame: Frame, condition?: boolean, message?: string) {
    if (condition !== true) throw new Fault('expression.failed', message ?? 'An assertion does not hold')
    return undefined
  },

  range(frame: Frame, first?: number, last?: number, step = 1) {
    if (first === undefined || last === undefined) return undefined
    if (step === 0) throw new Fault('expression.failed', '$range() cannot go on by steps of 0')
    const length = Math.max(0, Math.floor((last - first) / step) + 1)
    frame.evaluation.meter.list(length)
    return Array.from({ length }, (_, index) => first + index * step)
  },

  partition(frame: Frame, list?: List, size = 0) {
    if (list === undefined) return undefined
    if (!Number.isInteger(size) || size < 1)
      throw new Fault(
        'expression.type',
        `The parts of $partition() have a whole number of items, not ${shown(size)}`,
      )
    const { meter } = frame.evaluation
    const count = Math.ceil(list.length / size)
    meter.list(count)
    meter.make(8 * list.length + 48 * count)
    return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size))
  },
}

/** Calls a function with as much of `passed` as it takes, at least the first. */
function offer(by: Callable, passed: readonly Value[], frame: Frame): Value {
  return apply(by, passed.slice(0, Math.max(1, by.arity)), null, frame)
}

function isAll<T extends Value>(list: List, is: (item: Value) => item is T): list is readonly T[] {
  return list.every((item) => is(item))
}

function isText(value: Value): value is string {
  return typeof value === 'string'
}

/** Numbers with numbers, or texts with texts. */
function sortedBy(items: readonly (number | string)[], meter: Meter): List {
  meter.list(items.length)
  meter.read(items.length * Math.log2(items.length))
  return items.toSorted((first, second) => (first > second ? 1 : first < second ? -1 : 0))
}

function gatherKeys(value: Value, keys: Set<string>, meter: Meter, depth: number): void {
  if (isList(value)) {
    meter.walk(value.length, depth)
    for (const item of value) gatherKeys(item, keys, meter, depth + 1)
  }
  if (!isDict(value)) return
  const own = Object.keys(value)
  meter.walk(own.length, depth)
  for (const key of own) keys.add(key)
}

/** Objects with one key each; lists are gone through. */
function spread(value: Value, meter: Meter, depth: number): Value {
  if (isDict(value)) {
    const parts = Object.entries(value).map((entry) => dictOf([entry]))
    meter.make(parts.length * 100)
    meter.walk(parts.length, depth)
    return sequenceOf(parts)
  }
  if (!isList(value)) return value
  meter.walk(value.length, depth)
  const all = new Appended(meter, sequenceOf([]))
  for (const item of value) all.add(spread(item, meter, depth + 1))
  return all.value
}

/** The same text for lists and objects that are equal, whatever the order of their keys. */
function canonical(value: Value, meter: Meter, depth: number): string {
  if (isList(value)) {
    meter.walk(value.length, depth)
    return `[${value.map((item) => canonical(item, meter, depth + 1)).join()}]`
  }
  if (typeof value === 'string') meter.make(2 * value.length)
  if (!isDict(value)) return JSON.stringify(value) ?? ''
  const keys = Object.keys(value).toSorted()
  meter.walk(keys.length, depth)
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key], meter, depth + 1)}`).join()}}`
}

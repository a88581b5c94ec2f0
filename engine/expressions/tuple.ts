import { Appended } from './append.ts'
import type { Frame } from './frame.ts'
import { containerCost, type Meter } from './meter.ts'
import { dictOf, isDict, isList, type List, type Sequence, sequenceOf, type Value } from './value.ts'

/** An item with what `@`, `#` and `%` bind: the item itself is `@`. */
export type Tuple = Readonly<Record<string, Value>>

/** The item of a tuple. */
export const itemKey = '@'

/** `tuples`, made a sequence of tuples. */
export function tuplesOf(tuples: Tuple[]): Sequence {
  return Object.assign(sequenceOf(tuples), { tupleStream: true })
}

/** A new tuple. */
export function tupleOf(meter: Meter, ...parts: readonly Tuple[]): Record<string, Value> {
  const tuple: Record<string, Value> = Object.assign({}, ...parts)
  meter.object(4)
  meter.read(4 * containerCost)
  return tuple
}

/** `value` as a tuple, when it is one. */
export function asTuple(value: Value): Tuple {
  return isDict(value) ? value : {}
}

/** A frame in which the names of a tuple are bound. */
export function frameOf(tuple: Value, frame: Frame): Frame {
  const inner = frame.inner()
  if (isDict(tuple)) for (const [name, value] of Object.entries(tuple)) inner.bind(name, value)
  return inner
}

/** The item of a tuple. */
export function itemOf(tuple: Value): Value {
  return isDict(tuple) ? tuple[itemKey] : undefined
}

/** Many tuples as one: the values of each name appended. */
export function joined(tuples: List, meter: Meter): Tuple {
  const values = new Map<string, Appended>()
  for (const tuple of tuples)
    for (const [name, value] of Object.entries(isDict(tuple) ? tuple : {})) {
      const known = values.get(name)
      if (known) known.add(value)
      else values.set(name, new Appended(meter, value))
    }
  return dictOf([...values].map(([name, { value }]) => [name, value]))
}

/** Whether `value` is a sequence of tuples. */
export function isTuples(value: Value): value is List {
  return isList(value) && value.tupleStream === true
}

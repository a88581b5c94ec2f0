import type { Meter } from './meter.ts'
import { isDict, isList, sequenceOf, type Sequence, type Value } from './value.ts'

/** What `key` leads to: in a list, from every item. */
export function lookup(input: Value, key: string, meter: Meter): Value {
  if (isDict(input)) return Object.hasOwn(input, key) ? input[key] : undefined
  if (!isList(input)) return undefined
  const found = sequenceOf([])
  gather(input, key, found, meter, 0)
  meter.list(found.length)
  return found
}

function gather(items: readonly Value[], key: string, found: Sequence, meter: Meter, depth: number): void {
  meter.walk(items.length, depth)
  for (const item of items)
    if (isList(item)) gather(item, key, found, meter, depth + 1)
    else if (isDict(item) && Object.hasOwn(item, key)) put(item[key], found)
}

function put(value: Value, found: Sequence): void {
  if (isList(value)) for (const item of value) found.push(item)
  else if (value !== undefined) found.push(value)
}

/** `*`: the values of all keys, lists flattened. */
export function wildcardOf(input: Value, meter: Meter): Value {
  const given = isList(input) && input.outerWrapper && input.length > 0 ? input[0] : input
  const found = sequenceOf([])
  const values = isList(given) ? given : isDict(given) ? Object.values(given) : []
  meter.read(values.length)
  let hasLists = false
  for (const value of values)
    if (isList(value)) {
      hasLists = true
      flatten(value, found, meter, 0)
    } else found.push(value)
  meter.list(found.length)
  // JSONata joins lists into a plain one, which one item does not stand for.
  return hasLists ? [...found] : found
}

function flatten(list: readonly Value[], found: Value[], meter: Meter, depth: number): void {
  meter.walk(list.length, depth)
  for (const item of list)
    if (isList(item)) flatten(item, found, meter, depth + 1)
    else found.push(item)
}

/** `**`: the item itself and everything below it. */
export function descendantsOf(input: Value, meter: Meter): Value {
  if (input === undefined) return undefined
  const found = sequenceOf([])
  descend(input, found, meter, 0)
  meter.list(found.length)
  return found.length === 1 ? found[0] : found
}

function descend(value: Value, found: Value[], meter: Meter, depth: number): void {
  if (!isList(value)) found.push(value)
  const inside = isList(value) ? value : isDict(value) ? Object.values(value) : undefined
  if (!inside) return
  meter.walk(inside.length, depth)
  for (const item of inside) descend(item, found, meter, depth + 1)
}

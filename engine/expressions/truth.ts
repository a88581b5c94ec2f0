import { Callable } from './callable.ts'
import { Fault } from './fault.ts'
import type { Meter } from './meter.ts'
import { isDict, isList, type Value } from './value.ts'

/** Whether `value` counts as true: JSONata's `$boolean`, with false for nothing. */
export function isTrue(value: Value, meter: Meter, depth = 0): boolean {
  if (isList(value)) {
    meter.walk(value.length, depth)
    return value.some((item) => isTrue(item, meter, depth + 1))
  }
  if (value instanceof Callable) return false
  if (isDict(value)) return hasKeys(value)
  return typeof value === 'number' ? isNumber(value) && value !== 0 : Boolean(value)
}

function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true
  return false
}

/** Whether `value` is a number that JSON can write; an infinite one ends the evaluation. */
export function isNumber(value: Value): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (Number.isFinite(value)) return true
  throw new Fault('expression.failed', 'A number became too large', 'a division by zero does that too')
}

/** Whether two values are the same all the way down; the order of keys does not matter. */
export function areEqual(left: Value, right: Value, meter: Meter, depth = 0): boolean {
  if (left === right) return true
  if (isList(left) && isList(right)) {
    meter.walk(left.length, depth)
    return (
      left.length === right.length &&
      left.every((item, index) => areEqual(item, right[index], meter, depth + 1))
    )
  }
  if (!isDict(left) || !isDict(right)) return false
  const keys = Object.keys(left)
  meter.walk(keys.length, depth)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key], right[key], meter, depth + 1))
  )
}

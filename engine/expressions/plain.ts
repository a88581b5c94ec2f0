import type { Json } from '../json.ts'
import { Callable } from './callable.ts'
import { Fault } from './fault.ts'
import type { Meter } from './meter.ts'
import { isList, type Value } from './value.ts'

/** `value` as JSON: without JSONata's marks, and without what JSON cannot hold. */
export function plain(value: Exclude<Value, undefined>, meter: Meter, depth = 0): Json {
  if (typeof value === 'number') return plainNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Callable)
    throw new Fault('expression.type', 'The value is, or holds, a function', 'call it, as in $f(…)')
  if (isList(value)) {
    meter.walk(value.length, depth)
    // In a list JSON has null for nothing.
    return value.map((item) => (item === undefined ? null : plain(item, meter, depth + 1)))
  }
  const entries: [string, Json][] = []
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) entries.push([key, plain(item, meter, depth + 1)])
  meter.walk(entries.length, depth)
  return Object.fromEntries(entries)
}

function plainNumber(value: number): Json {
  if (!Number.isFinite(value))
    throw new Fault(
      'expression.failed',
      `The value is ${value}, which JSON cannot hold`,
      'a division by zero gives no number',
    )
  // JSON knows no -0.
  return value === 0 ? 0 : value
}

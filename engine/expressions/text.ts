import type { Json } from '../json.ts'
import { Callable } from './callable.ts'
import { Fault } from './fault.ts'
import type { Meter } from './meter.ts'
import { isDict, isList, type Value } from './value.ts'

/** The text that stands for `value` inside a longer text: lists and maps as JSON, numbers without the noise of their last bits. */
export function textOf(value: Exclude<Json, null>): string {
  return typeof value === 'string' ? value : json(value)
}

/** JSONata's `$string`, metered. */
export function stringOf(value: Value, meter: Meter, pretty = false): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Fault('expression.failed', `${value} has no text`, 'a division by zero gives no number')
  if (value === undefined || value instanceof Callable) return ''
  const given = isList(value) && value.outerWrapper ? value[0] : value
  if (typeof given === 'object' && given !== null) meter.text(sizeOf(given, meter, pretty, 0))
  return json(given, pretty)
}

function json(value: Value, pretty = false): string {
  const text = JSON.stringify(value, (_key, part: Value) => plainly(part), pretty ? 2 : 0)
  return text ?? ''
}

/** JSONata writes at most 15 significant digits, so that `0.1 + 0.2` is `0.3`; a function has no text. */
function plainly(part: Value): Value {
  if (typeof part === 'number' && Number.isFinite(part) && !Number.isInteger(part))
    return Number(part.toPrecision(15))
  return part instanceof Callable ? '' : part
}

/** At least how long the JSON of `value` is. */
function sizeOf(value: Value, meter: Meter, pretty: boolean, depth: number): number {
  if (typeof value === 'string') return value.length + 2
  const indent = pretty ? 2 * depth + 3 : 1
  if (isList(value)) {
    meter.walk(value.length, depth)
    return value.reduce<number>((size, item) => size + indent + sizeOf(item, meter, pretty, depth + 1), 2)
  }
  if (!isDict(value)) return 1
  const entries = Object.entries(value)
  meter.walk(entries.length, depth)
  return entries.reduce(
    (size, [key, item]) => size + indent + key.length + sizeOf(item, meter, pretty, depth + 1),
    2,
  )
}

import { isScalar, type Json, toJson } from '../json.ts'
import { CallFailed } from './call-failed.ts'

/** The most that one value may measure as JSON. */
const resultLimitBytes = 1_048_576

/** What a handler returned, as JSON; fails with `activity.invalidOutput` when JSON would lose something of it. */
export function asJson(value: unknown, activity: string): Json {
  const loss = lossIn(value, '', new Set())
  if (loss === undefined) return toJson(value)
  throw new CallFailed({
    type: 'activity.invalidOutput',
    message: `Activity "${activity}" returned ${loss}; only what JSON can carry can be kept`,
  })
}

/** `value`; fails with `limit.size` when it is too large for a history. */
export function withinLimit(value: Json, activity: string, limit: number = resultLimitBytes): Json {
  if (isScalar(value) && typeof value !== 'string') return value
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes <= limit) return value
  throw new CallFailed({
    type: 'limit.size',
    message:
      `Activity "${activity}" returned ${mebibytes(bytes)}, and ${mebibytes(limit)} is the most; ` +
      'return less, keep a part of it with "keep", or write it to a file and return its name',
  })
}

function mebibytes(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`
}

/** What in `value` JSON cannot carry, in words, with its place; `undefined` when there is nothing. */
function lossIn(value: unknown, place: string, above: Set<object>): string | undefined {
  const at = place === '' ? '' : ` at "${place}"`
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}${at}`
  if (typeof value === 'bigint') return `a bigint${at}; use a text or a number`
  if (
    typeof value !== 'object' ||
    value === null ||
    ('toJSON' in value && typeof value.toJSON === 'function')
  )
    return undefined
  if (value instanceof Map || value instanceof Set)
    return `a ${value.constructor.name}${at}; use an object or a list`
  if (above.has(value)) return `a cycle${at}`
  above.add(value)
  for (const [key, inner] of Object.entries(value)) {
    const loss = lossIn(inner, place === '' ? key : `${place}.${key}`, above)
    if (loss !== undefined) return loss
  }
  above.delete(value)
  return undefined
}

import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Start } from '../language/definition.ts'
import type { Cursor, RunState } from './state.ts'

/** The most that one value may be, in bytes of JSON. */
const largestValue = 1_048_576

/** How many things are named when a whole is too large. */
const mostNamed = 3

/**
 * The size of a value as JSON in bytes, roughly: numbers and the like count nothing. Of a run from before its depth was
 * counted, in characters, for what depends on it must be decided as it was then.
 */
export function sizeOf(value: Json | object | undefined, { depth }: Pick<Start, 'depth'>): number {
  const text =
    typeof value === 'string'
      ? value
      : typeof value === 'object' && value !== null
        ? JSON.stringify(value)
        : ''
  return depth === undefined ? text.length : Buffer.byteLength(text)
}

/** A value that is too large for a history, or for the hub elsewhere that a run may be moved to; `cure` says what else to do. */
export function valueFailure(
  what: string,
  size: number,
  { limits }: Start,
  cure?: string,
): Failure | undefined {
  const most = Math.min(largestValue, limits?.message ?? Infinity)
  if (size <= most) return undefined
  const message = `${what} is ${size} bytes of JSON; at most ${most} fit`
  return sizeFailure(cure === undefined ? message : `${message}; ${cure}`)
}

/** Something of several parts that its hub would not take as one message; the largest parts are named. */
export function messageFailure(
  what: string,
  whole: object,
  parts: () => Iterable<Part>,
  start: Start,
): Failure | undefined {
  const most = start.limits?.message
  if (most === undefined) return undefined
  const size = sizeOf(whole, start)
  if (size <= most) return undefined
  const largest = [...parts()]
    .map(([name, value]) => ({ name, bytes: sizeOf(value, start) }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, mostNamed)
    .map(({ name, bytes }) => `${name} (${bytes})`)
  return sizeFailure(
    `${what} is ${size} bytes of JSON, and the hub takes ${most} in one message; the most of it: ${largest.join(', ')}; ` +
      'keep large data elsewhere and pass where it is',
  )
}

/** A name for people, and what it names. */
export type Part = readonly [name: string, value: Json | object]

/** What a part of another run's definition can see of it. */
export function* partsOfBindings(bindings: Readonly<Record<string, Json>>): Iterable<Part> {
  const { steps, vars, ...others } = bindings
  yield* each('$steps.', steps)
  yield* each('$vars.', vars)
  yield* each('$', others)
}

/** What a run carries from one history to the next. */
export function* partsOfState({
  start,
  bindings = {},
  vars,
  root,
  mail,
  remembered,
}: RunState): Iterable<Part> {
  yield ['$input', start.input ?? '']
  yield ['the definition', start.definition]
  yield ['the events that nobody has taken', mail]
  yield ['what would be undone', remembered]
  yield* partsOfBindings({ ...bindings, vars })
  yield* partsOfCursor(root, '')
}

function* partsOfCursor({ kind = {}, inside = {} }: Cursor, path: string): Iterable<Part> {
  for (const [name, value] of Object.entries(kind))
    if (name === 'own') yield* each('$steps.', value)
    else
      yield [
        `the ${name === 'last' ? 'latest result' : name} of ${path === '' ? 'the run' : `"${path}"`}`,
        value,
      ]
  for (const [segment, cursor] of Object.entries(inside))
    yield* partsOfCursor(cursor, path === '' ? segment : `${path}/${segment}`)
}

function* each(prefix: string, values: unknown): Iterable<Part> {
  if (typeof values !== 'object' || values === null) return
  for (const [name, value] of Object.entries(values)) yield [`${prefix}${name}`, value]
}

function sizeFailure(message: string): Failure {
  return { type: 'limit.size', message, retryable: false }
}

import { Callable } from './callable.ts'

/** What an expression works on: JSON, nothing, functions, and the sequences that JSONata makes of lists on their way. */
export type Value = undefined | null | boolean | number | string | List | Dict | Callable

/** A list with JSONata's own marks, under the names by which its built-in functions know them. */
export interface List extends ReadonlyArray<Value> {
  /** Made by a path: one item stands for itself, none for nothing. */
  readonly sequence?: boolean
  /** A sequence that stays a list with one item. */
  readonly keepSingleton?: boolean
  /** Made by `[…]` in a path: not flattened. */
  readonly cons?: boolean
  /** Its items are tuples: bindings of `@`, `#` and `%`. */
  readonly tupleStream?: boolean
  /** Around a context that is a list itself. */
  readonly outerWrapper?: boolean
}

export interface Dict {
  readonly [key: string]: Value
}

/** A sequence while it is made. */
export interface Sequence extends Array<Value> {
  sequence: true
  keepSingleton?: boolean
  tupleStream?: boolean
  outerWrapper?: boolean
}

export function isList(value: Value): value is List {
  return Array.isArray(value)
}

export function isSequence(value: Value): value is Sequence {
  return isList(value) && value.sequence === true
}

/** `items`, made a sequence. */
export function sequenceOf(items: Value[]): Sequence {
  return Object.assign(items, { sequence: true as const })
}

/** An object; a key such as `__proto__` is one like any other. */
export function dictOf(entries: Iterable<readonly [string, Value]>): Dict {
  return Object.fromEntries(entries)
}

export function isDict(value: Value): value is Dict {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Callable)
}

import type { Json, JsonObject } from '../json.ts'
import type { Span } from './sheet.ts'

/** A value as it is written in a file: with its place, its keys in order and each with a place of its own. */
export type Written = WrittenMap | WrittenList | WrittenScalar

export interface WrittenMap extends Span {
  readonly type: 'map'
  readonly entries: readonly Entry[]
  /** Written with braces. */
  readonly flow: boolean
}

export interface Entry {
  readonly key: string
  readonly keySpan: Span
  readonly value: Written
}

export interface WrittenList extends Span {
  readonly type: 'list'
  readonly items: readonly Written[]
  /** Written with brackets. */
  readonly flow: boolean
}

export interface WrittenScalar extends Span {
  readonly type: 'scalar'
  readonly value: string | number | boolean | null
  readonly style: 'plain' | 'single' | 'double' | 'block'
}

/** The entry of a map under `key`, when `written` is a map and has it. */
export function entryOf(written: Written | undefined, key: string): Entry | undefined {
  return written?.type === 'map' ? written.entries.find((entry) => entry.key === key) : undefined
}

/** The value under `key`, when `written` is a map and has it. */
export function fieldOf(written: Written | undefined, key: string): Written | undefined {
  return entryOf(written, key)?.value
}

/** The items of a list; of anything else, none. */
export function itemsOf(written: Written | undefined): readonly Written[] {
  return written?.type === 'list' ? written.items : []
}

/** The entries of a map; of anything else, none. */
export function entriesOf(written: Written | undefined): readonly Entry[] {
  return written?.type === 'map' ? written.entries : []
}

/** The text of a scalar that is one. */
export function textOf(written: Written | undefined): string | undefined {
  return written?.type === 'scalar' && typeof written.value === 'string' ? written.value : undefined
}

/** The plain value of what is written. */
export function valueOf(written: Written): Json {
  if (written.type === 'scalar') return written.value
  if (written.type === 'list') return written.items.map(valueOf)
  const value: JsonObject = Object.fromEntries(
    written.entries.map((entry) => [entry.key, valueOf(entry.value)]),
  )
  return value
}

/** What stands at a JSON pointer, and the key or item that leads there. */
export function writtenAt(
  root: Written,
  pointer: string,
): { readonly value: Written; readonly entry?: Entry } {
  let value = root
  let entry: Entry | undefined
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const inMap = entryOf(value, key)
    const next = inMap?.value ?? (value.type === 'list' ? value.items[Number(key)] : undefined)
    if (next === undefined) break
    value = next
    entry = inMap ?? entry
  }
  return entry === undefined ? { value } : { value, entry }
}

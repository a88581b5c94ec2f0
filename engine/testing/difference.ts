import { isJsonObject, type Json } from '../json.ts'
import { short } from './trace.ts'

/** One thing that is not as a case expects it, in words. */
export interface Difference {
  /** Such as `output.items[0].sku`. */
  readonly what: string
  readonly expected?: string
  readonly found?: string
  /** In the place of the two, where there is nothing to compare. */
  readonly message?: string
}

/** Where two values differ, leaf by leaf; `undefined` is what is not there. */
export function differencesIn(
  what: string,
  expected: Json | undefined,
  found: Json | undefined,
): readonly Difference[] {
  if (Array.isArray(expected) && Array.isArray(found)) {
    const length = Math.max(expected.length, found.length)
    return Array.from({ length }, (_, index) =>
      differencesIn(`${what}[${index}]`, itemAt(expected, index), itemAt(found, index)),
    ).flat()
  }
  if (isJsonObject(expected) && isJsonObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
    return [...keys].flatMap((key) =>
      differencesIn(`${what}${step(key)}`, own(expected, key), own(found, key)),
    )
  }
  if (expected === found) return []
  return [{ what, expected: words(expected), found: words(found) }]
}

function itemAt(list: readonly Json[], index: number): Json | undefined {
  return list[index]
}

function own(map: { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function words(value: Json | undefined): string {
  return value === undefined ? 'nothing' : short(value, 400)
}

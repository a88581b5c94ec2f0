import type { Json } from '../json.ts'
import { describe, type ObjectShape, type Shape } from './shape.ts'

/** Why no value of one shape can fit another: where, and in words. */
export interface Misfit {
  readonly path: readonly string[]
  readonly message: string
}

/** Why nothing of shape `actual` can be what `expected` asks for; nothing when something might be. */
export function misfit(actual: Shape, expected: Shape, path: readonly string[] = []): Misfit | undefined {
  if (actual.type === 'unknown' || expected.type === 'unknown') return undefined
  if (actual.type === 'union') return ofAll(actual.of.map((one) => misfit(one, expected, path)))
  if (expected.type === 'union') {
    const all = expected.of.map((one) => misfit(actual, one, path))
    if (all.includes(undefined)) return undefined
    // Of several wrong ways the one that goes deepest is the one that was meant.
    return all.toSorted((a, b) => (b?.path.length ?? 0) - (a?.path.length ?? 0))[0]
  }
  if (actual.type !== expected.type)
    return { path, message: `is ${describe(actual)}, and must be ${describe(expected)}` }
  if (actual.type === 'object' && expected.type === 'object') return objectMisfit(actual, expected, path)
  return 'values' in actual && 'values' in expected
    ? valuesMisfit(actual.values, expected.values, path)
    : undefined
}

function ofAll(misfits: readonly (Misfit | undefined)[]): Misfit | undefined {
  return misfits.includes(undefined) ? undefined : misfits[0]
}

function objectMisfit(
  actual: ObjectShape,
  expected: Shape & { type: 'object' },
  path: readonly string[],
): Misfit | undefined {
  for (const [name, property] of expected.properties) {
    const given = actual.properties.get(name)
    if (given && (given.required || property.required)) {
      const found = misfit(given.shape, property.shape, [...path, name])
      if (found) return found
    }
    if (!given && property.required && actual.rest === 'closed') return { path, message: `has no "${name}"` }
  }
  if (expected.rest !== 'closed') return undefined
  for (const [name, property] of actual.properties)
    if (property.required && !expected.properties.has(name))
      return { path, message: `must not have "${name}"` }
  return undefined
}

function valuesMisfit(
  have: readonly Json[] | undefined,
  want: readonly Json[] | undefined,
  path: readonly string[],
): Misfit | undefined {
  if (!have || !want || have.some((value) => want.includes(value))) return undefined
  const allowed = want.map((value) => JSON.stringify(value)).join(', ')
  return {
    path,
    message: `is ${have.map((value) => JSON.stringify(value)).join(' or ')}, and must be ${want.length > 1 ? 'one of ' : ''}${allowed}`,
  }
}

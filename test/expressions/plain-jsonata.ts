import jsonata from 'jsonata'
import { ExpressionError } from '../../engine/expressions/error.ts'
import { evaluate, type Scope } from '../../engine/expressions/evaluate.ts'
import type { Json } from '../../engine/json.ts'

/** What came of an expression: its value as JSON (`undefined` for nothing), or that it failed. */
export type Outcome = { readonly value: Json | undefined } | { readonly failed: string }

/** What plain JSONata makes of `source`. */
export async function plainly(source: string, bindings: Readonly<Record<string, Json>>): Promise<Outcome> {
  try {
    const copy = structuredClone(bindings)
    const value: unknown = await jsonata(source).evaluate(undefined, copy)
    // It puts nothing into an empty list that it groups, and lets a transform change what is outside its copy.
    if (JSON.stringify(copy) !== JSON.stringify(bindings)) return { failed: 'changed its data' }
    if (holdsWhatJsonCannot(value)) return { failed: 'no JSON' }
    return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) }
  } catch (error) {
    return { failed: JSON.stringify(error) }
  }
}

/** What ours makes of it. */
export function ours(source: string, bindings: Readonly<Record<string, Json>>): Outcome {
  try {
    return { value: evaluate({ jsonata: source, at: [1, 1] }, scope(bindings)) }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return { failed: `${error.type}: ${error.message}` }
  }
}

/** What `evaluation` throws; nothing when it throws nothing. */
export function thrownBy(evaluation: () => unknown): unknown {
  try {
    evaluation()
  } catch (error) {
    return error
  }
  return undefined
}

/** The error that `evaluation` ends with. */
export function errorOf(evaluation: () => unknown): ExpressionError {
  const error = thrownBy(evaluation)
  if (error instanceof ExpressionError) return error
  throw new Error('no expression error', { cause: error })
}

/** A scope with a clock that stands still and dice that always fall the same. */
export function scope(bindings: Scope['bindings'] = {}, more: Partial<Scope> = {}): Scope {
  return { bindings, functions: {}, now: Date.UTC(2030, 0, 31, 12), random: () => 0.5, ...more }
}

function holdsWhatJsonCannot(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) return true
  return Object.values(value).some(holdsWhatJsonCannot)
}

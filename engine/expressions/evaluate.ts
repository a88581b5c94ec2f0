import jsonata from 'jsonata'
import { type Json, toJson } from '../json.ts'
import { ExpressionError } from './error.ts'
import type { Expression } from './template.ts'

/** What an expression can see, and the only clock and dice it may use. */
export interface Scope {
  /** What `$name` reads. */
  readonly bindings: Readonly<Record<string, Json>>
  /** The definition's functions, callable as `$name(...)`: they see their parameters, each other and `$config`. */
  readonly functions: Readonly<Record<string, Expression>>
  /** The orchestration's clock, in ms since the epoch. */
  readonly now: number
  /** The seeded dice, 0 ≤ x < 1. */
  readonly random: () => number
}

/** The value of `expression`; nothing when it evaluates to nothing. */
export async function evaluate(expression: Expression, scope: Scope): Promise<Json | undefined> {
  const bindings: Record<string, unknown> = { ...scope.bindings }
  const config = scope.bindings['config']
  for (const [name, body] of Object.entries(scope.functions))
    bindings[name] = await jsonata(body.jsonata).evaluate(undefined, { config })
  bindings['now'] = () => new Date(scope.now).toISOString()
  bindings['millis'] = () => scope.now
  bindings['random'] = scope.random
  return run(expression, undefined, bindings)
}

/** The value of a position that needs one. */
export async function valueOf(expression: Expression, scope: Scope): Promise<Json> {
  return needed(expression, await evaluate(expression, scope))
}

/** Whether a condition holds. */
export async function holds(expression: Expression, scope: Scope): Promise<boolean> {
  const value = await evaluate(expression, scope)
  if (typeof value === 'boolean') return value
  const found = value === undefined ? 'nothing' : JSON.stringify(value)
  throw new ExpressionError(
    'expression.notBoolean',
    `The condition "${expression.jsonata}" must be true or false, but gave ${found}`,
    { at: expression.at, hint: 'compare with `=`, or ask with `$exists(…)` or `$boolean(…)`' },
  )
}

/** What JSONata makes of `value` as the context item: names stand bare, and there is neither clock nor dice. */
export async function project(source: string, value: Json): Promise<Json> {
  const expression: Expression = { jsonata: source, at: [1, 1] }
  return needed(expression, await run(expression, value, {}))
}

function needed(expression: Expression, value: Json | undefined): Json {
  if (value !== undefined) return value
  throw new ExpressionError('expression.undefined', `"${expression.jsonata}" gave nothing`, {
    at: expression.at,
    hint: 'write `… ?? default` when the value may be missing',
  })
}

async function run(
  expression: Expression,
  input: Json | undefined,
  bindings: Record<string, unknown>,
): Promise<Json | undefined> {
  try {
    const value: unknown = await jsonata(expression.jsonata).evaluate(input, bindings)
    return value === undefined ? undefined : toJson(value)
  } catch (error) {
    const { message = String(error) } = error instanceof Error || isRecord(error) ? error : {}
    throw new ExpressionError('expression.failed', String(message), { at: expression.at })
  }
}

function isRecord(value: unknown): value is { readonly message?: unknown } {
  return typeof value === 'object' && value !== null
}

import { isJsonObject, type Json } from '../json.ts'
import { ExpressionError } from './error.ts'
import { Fault, shown } from './fault.ts'
import { type Evaluation, Frame } from './frame.ts'
import { interpret } from './interpret.ts'
import { library } from './library/library.ts'
import { Meter } from './meter.ts'
import { parse, type Parsed } from './parse.ts'
import { plain } from './plain.ts'
import { refuseBareNames } from './refuse.ts'
import type { Expression } from './template.ts'
import { isList, sequenceOf, type Value } from './value.ts'

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
  /** How many steps one expression may take, when not the usual number. */
  readonly maxSteps?: number
}

/** The value of `expression`; nothing when it evaluates to nothing. */
export function evaluate(expression: Expression, scope: Scope): Json | undefined {
  return located(expression, () => {
    const parsed = parse(expression.jsonata)
    refuseBareNames(parsed)
    const { now, random } = scope
    const evaluation: Evaluation = { meter: new Meter(scope.maxSteps), now, random, evaluate: interpret }
    return run(parsed, undefined, new Frame(evaluation, expression, globalsOf(scope, evaluation)))
  })
}

/** The value of a position that needs one. */
export function valueOf(expression: Expression, scope: Scope): Json {
  return needed(expression, evaluate(expression, scope))
}

/** Whether a condition holds. */
export function holds(expression: Expression, scope: Scope): boolean {
  const value = evaluate(expression, scope)
  if (typeof value === 'boolean') return value
  throw new ExpressionError(
    'expression.notBoolean',
    `The condition "${expression.jsonata}" is ${shown(value)}, neither true nor false`,
    { at: expression.at, hint: conditionHint(value) },
  )
}

/** What JSONata makes of `value` as the context item: names stand bare, and there is neither clock nor dice. */
export function project(source: string, value: Json): Json {
  const expression: Expression = { jsonata: source, at: [1, 1] }
  const result = located(expression, () => {
    const evaluation: Evaluation = {
      meter: new Meter(),
      now: undefined,
      random: undefined,
      evaluate: interpret,
    }
    const globals = (name: string): Value => (name === '$' ? value : library.get(name))
    const input = Array.isArray(value) ? Object.assign(sequenceOf([value]), { outerWrapper: true }) : value
    return run(parse(source), input, new Frame(evaluation, expression, globals))
  })
  return needed(expression, result)
}

function run({ root }: Parsed, input: Value, frame: Frame): Json | undefined {
  const value = frame.evaluate(root, input)
  return value === undefined ? undefined : plain(value, frame.evaluation.meter)
}

/** A binding, a function of the definition, or a built-in one. */
function globalsOf({ bindings, functions }: Scope, evaluation: Evaluation): (name: string) => Value {
  let own: ((name: string) => Value) | undefined
  return (name) => {
    if (Object.hasOwn(bindings, name)) return bindings[name]
    if (!Object.hasOwn(functions, name)) return library.get(name)
    own ??= functionsOf(functions, bindings['config'], evaluation)
    return own(name)
  }
}

function functionsOf(
  functions: Scope['functions'],
  config: Json | undefined,
  evaluation: Evaluation,
): (name: string) => Value {
  const made = new Map<string, Value>()
  /** Functions see each other and `$config`, so that they mean the same wherever they are called. */
  const globals = (name: string): Value =>
    name === 'config' ? config : (functionNamed(name) ?? library.get(name))
  const functionNamed = (name: string): Value => {
    if (!Object.hasOwn(functions, name)) return undefined
    const body = functions[name]
    if (body && !made.has(name)) made.set(name, defined(body, new Frame(evaluation, body, globals)))
    return made.get(name)
  }
  return functionNamed
}

function defined(body: Expression, frame: Frame): Value {
  try {
    const parsed = parse(body.jsonata)
    refuseBareNames(parsed)
    return frame.evaluate(parsed.root, undefined)
  } catch (error) {
    // A copy: what parsing found is remembered for every place with the same source.
    if (error instanceof Fault)
      throw new Fault(error.type, error.message, error.hint, error.offset, error.extent).within(
        error.source ?? body,
      )
    throw error
  }
}

function needed(expression: Expression, value: Json | undefined): Json {
  if (value !== undefined) return value
  throw new ExpressionError('expression.undefined', `"${expression.jsonata}" is nothing`, {
    at: expression.at,
    hint: 'write `… ?? default` when the value may be missing',
  })
}

function conditionHint(value: Json | undefined): string {
  if (value === undefined) return 'write `(…) ?? false` when a value in it may be missing'
  return isJsonObject(value) || isList(value)
    ? 'ask with `$exists(…)` or `$count(…) > 0`'
    : 'compare it, as in `… = value`, or ask with `$boolean(…)`'
}

function located<T>({ jsonata, at }: Expression, evaluation: () => T): T {
  try {
    return evaluation()
  } catch (error) {
    if (error instanceof Fault) {
      const { type, message, hint, offset, source } = error
      throw new ExpressionError(type, message, { at: source?.at ?? at, hint, offset })
    }
    // A value nested beyond what the host can walk: our own limits stop before that.
    if (error instanceof RangeError)
      throw new ExpressionError('expression.limit', `"${jsonata}" goes too deep`, { at })
    throw error
  }
}

import type { Expression } from '../../expressions/template.ts'
import { spanIn } from '../origins.ts'
import { describe, type Shape } from '../shape.ts'
import { peek } from './analysis.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'
import { checkExpression } from './expression.ts'

/** What a condition tells when it holds, and when it does not: paths that exist. */
export interface Condition {
  readonly whenTrue: readonly (readonly string[])[]
  readonly whenFalse: readonly (readonly string[])[]
}

/** Checks a condition: besides all else, that it can be true or false. */
export function checkCondition(expression: Expression, env: Env, checker: Checker): Condition {
  const { shape } = checkExpression(expression, env, checker)
  if (!mayBeBoolean(shape)) {
    const hint = "Compare it, as in $x = 1 or $x != '', or ask $exists($x)"
    checker.report(
      'condition.notBoolean',
      spanIn(checker.origins, expression),
      `A condition must be true or false, and this is ${describe(shape)}`,
      hint,
    )
  }
  return conditionOf(expression)
}

/** What a condition tells, without a check. */
export function conditionOf(expression: Expression): Condition {
  return peek(expression) ?? { whenTrue: [], whenFalse: [] }
}

function mayBeBoolean(shape: Shape): boolean {
  if (shape.type === 'union') return shape.of.some(mayBeBoolean)
  return shape.type === 'boolean' || shape.type === 'unknown'
}

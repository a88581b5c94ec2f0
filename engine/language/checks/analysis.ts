import { analyse } from '../../expressions/analyse.ts'
import type { Analysis } from '../../expressions/analysis.ts'
import type { Expression } from '../../expressions/template.ts'
import { sentence } from '../names.ts'
import { spanIn } from '../origins.ts'
import { commentBehind } from '../comments.ts'
import type { Checker } from './checker.ts'

/**
 * What an expression says about itself; reports when it is none. `item` names the root under which the names of the
 * context item are told, where there is such an item.
 */
export function analysisOf(expression: Expression, checker: Checker, item?: string): Analysis | undefined {
  const outcome = analyse(expression.jsonata, item)
  if (outcome.ok) return outcome.analysis
  const { message, offset, length } = outcome.problem
  const hint = outcome.problem.hint && sentence(outcome.problem.hint)
  const cut = cutOff(expression, checker)
  if (cut) {
    const what = 'YAML takes " #" for a comment, which cuts this expression off'
    checker.report('yaml.expressionComment', cut, what, 'Quote the whole value')
  } else if (expression.jsonata === '') {
    const span = spanIn(checker.origins, expression)
    checker.report('expression.syntax', span, 'The expression is empty', 'For the text ${ itself, write $${')
  } else {
    checker.report(
      'expression.syntax',
      spanIn(checker.origins, expression, offset, offset + length),
      message,
      hint,
    )
  }
  return undefined
}

/** What an expression says about itself, without a report. */
export function peek(expression: Expression): Analysis | undefined {
  const outcome = analyse(expression.jsonata)
  return outcome.ok ? outcome.analysis : undefined
}

/** An unquoted expression with a comment behind it that is no expression has been cut. */
function cutOff(expression: Expression, { origins }: Checker): ReturnType<typeof commentBehind> {
  const scalar = origins.expressions.get(expression)?.scalar
  return scalar && commentBehind(scalar, origins.sheet)
}

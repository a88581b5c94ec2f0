import type { Template } from '../../expressions/template.ts'
import { misfit } from '../fits.ts'
import { spanOf } from '../origins.ts'
import { type Shape, shapeOfSchema } from '../shape.ts'
import type { Span } from '../sheet.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'
import { checkFit } from './fit.ts'
import { checkTemplate } from './template.ts'

const codes = {
  mismatch: 'result.mismatch',
  missing: 'result.mismatch',
  unknown: 'result.mismatch',
  typo: 'result.typo',
} as const

/** Checks a template that gives the run's result: the expressions, and that `output` can accept it. */
export function checkResult(template: Template, env: Env, checker: Checker): void {
  checkTemplate(template, env, checker)
  checkResultFit(template, checker)
}

/** Checks that `output` can accept a template whose expressions have been checked. */
export function checkResultFit(template: Template, checker: Checker): void {
  const { output } = checker.definition
  if (output === undefined) return
  const target = {
    schema: output,
    lists: [],
    owner: 'the result',
    codes,
    span: spanOf(checker.origins, template),
  }
  checkFit(template, target, checker)
}

/** Checks a result that is written nowhere: that of the last step. */
export function checkImpliedResult(shape: Shape, span: Span, checker: Checker): void {
  const { output } = checker.definition
  if (output === undefined) return
  const found = misfit(shape, shapeOfSchema(output))
  if (!found) return
  const where = found.path.length === 0 ? 'The result' : `"${found.path.join('.')}" of the result`
  const hint = 'Without "result", the last step\'s result is that of the run'
  checker.report('result.mismatch', span, `${where} ${found.message}, says "output"`, hint)
}

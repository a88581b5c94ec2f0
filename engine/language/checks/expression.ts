import type { Analysis, Span as Stretch } from '../../expressions/analysis.ts'
import type { Expression } from '../../expressions/template.ts'
import { follow } from '../follow.ts'
import { spanIn } from '../origins.ts'
import { type Shape, unknown } from '../shape.ts'
import type { Span } from '../sheet.ts'
import { analysisOf } from './analysis.ts'
import { checkCalls, checkRegexes } from './calls.ts'
import type { Checker } from './checker.ts'
import { checkComparisons } from './comparisons.ts'
import type { Env } from './env.ts'
import { checkPath, rawResult } from './path.ts'
import { checkReference } from './reference.ts'

/** What a check of an expression finds out: enough to go on, whatever was wrong with it. */
export interface Checked {
  readonly shape: Shape
  readonly analysis?: Analysis
}

/** Checks an expression where it stands: syntax, names, paths, calls. */
export function checkExpression(expression: Expression, env: Env, checker: Checker): Checked {
  const analysis = analysisOf(expression, checker)
  if (!analysis) return { shape: unknown }
  for (const bare of analysis.bare) {
    const span = spanIn(checker.origins, expression, bare.offset, bare.offset + bare.length)
    checker.report(
      'expression.bareName',
      span,
      `"${bare.name}" stands bare, but there is nothing it could be looked up in`,
      bareHint(bare.name, env, analysis),
    )
  }
  for (const reference of analysis.references) checkReference(reference, expression, env, checker)
  checkCalls(analysis, expression, checker)
  checkRegexes(analysis, expression, checker)
  checkComparisons(expression, analysis, env, checker)
  return { shape: shapeOf(analysis, expression, env), analysis }
}

/** Checks a projection (`keep`), which sees nothing but the raw result, as its context. */
export function checkProjection(expression: Expression, result: Shape, checker: Checker): void {
  const analysis = analysisOf(expression, checker, rawResult)
  if (!analysis) return
  const at = (stretch: Stretch): Span =>
    spanIn(checker.origins, expression, stretch.offset, stretch.offset + stretch.length)
  for (const reference of analysis.references) {
    const { root, offset, length } = reference
    if (root === rawResult) {
      checkPath(reference, result, 0, at, checker)
      continue
    }
    const span = spanIn(checker.origins, expression, offset, offset + length)
    const hint =
      'Its names are those of the raw result, such as {\'id\': id}; use "result" for what the run knows'
    checker.report(
      'keep.scope',
      span,
      `"keep" is evaluated beside the activity, where "$${root}" does not exist`,
      hint,
    )
  }
  for (const call of analysis.calls.filter(({ kind }) => kind === 'other')) {
    const span = spanIn(checker.origins, expression, call.offset, call.offset + call.length)
    checker.report(
      'keep.scope',
      span,
      `"keep" is evaluated beside the activity, where the function "$${call.name}" does not exist`,
    )
  }
  checkRegexes(analysis, expression, checker)
}

/** The shape of an expression that is a path and nothing else; of any other, its type where that is certain. */
function shapeOf(analysis: Analysis, expression: Expression, env: Env): Shape {
  const [only] = analysis.references
  const isPath =
    analysis.references.length === 1 &&
    only?.offset === 0 &&
    only.length === expression.jsonata.length &&
    only.whole
  if (isPath && only.root === 'steps') {
    const known = env.steps.get(only.path[0] ?? '')
    const found = known && follow(known.shape, only.path.slice(1))
    return found && found.quorumAt === undefined && known.isDefinite ? found.shape : unknown
  }
  if (isPath) return follow(env.names.get(only.root) ?? unknown, only.path).shape
  return shapeOfType[analysis.type]
}

const shapeOfType: Readonly<Record<Analysis['type'], Shape>> = {
  array: { type: 'array', items: unknown },
  boolean: { type: 'boolean' },
  function: unknown,
  null: { type: 'null' },
  number: { type: 'number' },
  object: { type: 'object', properties: new Map(), rest: unknown },
  string: { type: 'string' },
  unknown,
}

const yesOrNo: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' }

function bareHint(name: string, env: Env, { bound }: Analysis): string {
  if (name === '$' || name === '$$' || name.startsWith('*') || name === '%')
    return 'Start with $input, $steps, $vars or another name'
  if (yesOrNo[name] !== undefined)
    return `Write ${yesOrNo[name]}: in YAML 1.2 and JSONata "${name}" is a name`
  if (env.names.has(name) || bound.some((one) => one.name === name)) return `Write $${name}`
  if (env.steps.has(name)) return `Write $steps.${name}`
  for (const root of ['vars', 'config', 'input']) {
    const shape = env.names.get(root)
    if (shape?.type === 'object' && shape.properties.has(name)) return `Write $${root}.${name}`
  }
  return 'Data starts with $, such as $input.x or $steps.id.x; texts stand in single quotes'
}

import { spanOf } from '../origins.ts'
import { type Shape, union, unknown } from '../shape.ts'
import { entriesOf, entryOf, fieldOf, type Written } from '../written.ts'
import type { Checker } from './checker.ts'
import { checkClauses } from './clauses.ts'
import { checkConstant } from './constant.ts'
import { type Env, enter, loosen, withNames } from './env.ts'
import { checkFunctions } from './functions.ts'
import { checkOwnNames } from './own-names.ts'
import { checkImpliedResult, checkResult, checkResultFit } from './result.ts'
import { checkSchedule } from './schedule.ts'
import { checkSchemas } from './schemas.ts'
import { shapesOf } from './shapes.ts'
import { checkSteps } from './steps.ts'
import { checkDuration, checkTemplate } from './template.ts'
import { checkUnused } from './unused.ts'
import { headOf } from './head.ts'
import { walkClauses, walkSteps } from './walk.ts'

/** Checks the meaning of one definition, which knows about the others. */
export function checkDefinition(root: Written, usedRetries: ReadonlySet<string>, checker: Checker): void {
  const { definition } = checker
  checkSchemas(definition, root, checker)
  checkSchedule(definition, root, checker)
  for (const { key, value } of entriesOf(fieldOf(root, 'config')))
    checkConstant(value, `The setting "${key}"`, 'Compute it in "vars" or in a step', checker.report)
  checkOwnNames(root, checker)
  checkFunctions(checker)
  checkSteps(checker)
  walkDefinition(root, checker)
  checkTool(root, checker)
  if (checker.isSound) checkUnused(root, usedRetries, checker)
}

/** Follows a run from its first variable to its `finally`. */
function walkDefinition(root: Written, checker: Checker): void {
  const { definition } = checker
  const start = beginning(checker)
  for (const value of Object.values(definition.vars)) checkTemplate(value, withoutVars(start), checker)
  if (definition.timeout !== undefined) checkDuration(definition.timeout, start, checker)
  const flow = walkSteps(definition.steps, start, checker)
  if (definition.result)
    checkResult(definition.result, withNames(flow.after ?? start, { result: flow.shape }), checker)
  else if (flow.after) impliedResult(root, flow.shape, checker)
  const anywhere = loosen(start, 0)
  checkClauses(definition.catch ?? [], checker)
  const clauses = walkClauses(definition.catch ?? [], anywhere, checker)
  for (const [index, clause] of (definition.catch ?? []).entries()) {
    const shape = clauses[index]?.shape
    if (clause.result) checkResultFit(clause.result, checker)
    else if (shape && clauses[index]?.after)
      checkImpliedResult(shape, spanOf(checker.origins, clause), checker)
  }
  if (definition.finally) walkSteps(definition.finally, enter(loosen(start, 0), {}), checker)
}

function beginning(checker: Checker): Env {
  const names = new Map(Object.entries(shapesOf(checker.definition)))
  return { steps: new Map(), names, narrowed: new Set(), loop: 'none', declared: [] }
}

/** First values see the input and the settings, not each other. */
function withoutVars(env: Env): Env {
  return { ...env, names: new Map([...env.names].filter(([name]) => name !== 'vars')) }
}

function impliedResult(root: Written, shape: Shape, checker: Checker): void {
  const last = checker.definition.steps.at(-1)
  const isSkippable = last?.guard !== undefined
  const span = last ? headOf(last, checker) : (entryOf(root, 'steps')?.keySpan ?? root)
  checkImpliedResult(isSkippable ? union([shape, unknown]) : shape, span, checker)
}

/** Checks how the workflow is offered as a tool. */
function checkTool(root: Written, { definition, report }: Checker): void {
  if (!definition.tool.expose) return
  const name = entryOf(root, 'name')
  const isWritten = entryOf(root, 'description') !== undefined && definition.description === undefined
  if (!isWritten && (definition.description ?? '').trim() === '') {
    const hint = 'Add "description", or "tool: { expose: false }"'
    const message = 'Models choose a tool by its description, and this workflow has none'
    report('tool.undescribed', name?.value ?? root, message, hint)
  }
  const type = fieldOf(fieldOf(root, 'input'), 'type')
  if (type?.type === 'scalar' && type.value !== 'object' && typeof type.value === 'string') {
    const hint = 'Make it "type: object", with the value as a property'
    report('tool.input', type, `The input of a tool is a map of arguments, not ${type.value}`, hint)
  }
}

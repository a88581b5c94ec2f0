import type { Step } from '../definition.ts'
import { spanOf } from '../origins.ts'
import { type Shape, union } from '../shape.ts'
import { entryOf } from '../written.ts'
import type { Checker } from './checker.ts'
import { checkCondition } from './condition.ts'
import { declare, type Env, type Flow, goesOn, join, leave, loosen, narrow, withNames } from './env.ts'
import { headOf } from './head.ts'
import { kinds } from './kinds.ts'
import { checkCompensation, checkModifiers } from './modifiers.ts'
import { failureShape } from './shapes.ts'
import { checkTemplate } from './template.ts'

/** Walks a sequence as a run would, with what is known before each step; reports what cannot be right. */
export function walkSteps(steps: readonly Step[], env: Env, checker: Checker): Flow {
  let here: Env = env
  let after: Env | undefined = env
  let shape: Shape = { type: 'null' }
  const breaks: Env[] = []
  const continues: Env[] = []
  for (const [index, step] of steps.entries()) {
    const flow = walkStep(step, here, checker)
    breaks.push(...flow.breaks)
    continues.push(...flow.continues)
    shape = flow.shape
    here = flow.after ?? here
    const next = steps[index + 1]
    if (after && !flow.after && next) {
      const hint = 'Remove it, or put a condition on the step before it'
      const message = 'No way leads to this step: the one before it never goes on'
      checker.report('step.unreachable', headOf(next, checker), message, hint)
    }
    after &&= flow.after
  }
  return { ...(after && { after }), shape, breaks, continues }
}

function walkStep(step: Step, env: Env, checker: Checker): Flow {
  const guard = step.guard && checkCondition(step.guard, env, checker)
  const guarded = guard ? narrow(env, guard.whenTrue) : env
  const from = env.declared.length
  checkModifiers(step, guarded, checker)
  const body = bodyOf(step, guarded, checker)
  const caught = clausesOf(step, guarded, from, checker)
  const ways = join([leave(env, body.after), ...caught.map(({ after }) => leave(env, after))])
  if (!ways) checker.fruitless.add(step)
  const finished = finish(step, env, ways, from, checker)
  if (!finished) checker.fruitless.add(step)
  const after = guard ? join([finished, narrow(env, guard.whenFalse)]) : finished
  const shape = union([body.shape, ...caught.map((clause) => clause.shape)])
  checkCompensation(step, withNames(body.after ?? guarded, { result: body.shape }), checker)
  return {
    ...(after && { after: declareResult(step, after, shape, checker) }),
    shape,
    breaks: [body, ...caught].flatMap((flow) => flow.breaks),
    continues: [body, ...caught].flatMap((flow) => flow.continues),
  }
}

/** The kind, then `result`. */
function bodyOf(step: Step, env: Env, checker: Checker): Flow {
  const flow = walkKind(step, env, checker)
  if (step.result === undefined) return flow
  const scope = withNames(flow.after ?? env, { result: flow.shape })
  return { ...flow, shape: checkTemplate(step.result, scope, checker) }
}

function walkKind<K extends Step['kind']>(
  step: Step & { readonly kind: K },
  env: Env,
  checker: Checker,
): Flow {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row takes steps of its own kind
  const walk = kinds[step.kind] as (step: Step, env: Env, checker: Checker) => Flow
  return checker.origins.broken.has(step) ? goesOn(env, { type: 'unknown' }) : walk(step, env, checker)
}

function clausesOf(step: Step, env: Env, from: number, checker: Checker): readonly Flow[] {
  return walkClauses(step.catch ?? [], loosen(env, from), checker)
}

/** The ways through the clauses of a `catch`. */
export function walkClauses(
  clauses: NonNullable<Step['catch']>,
  env: Env,
  checker: Checker,
): readonly Flow[] {
  return clauses.map((clause) => {
    const error = failureShape(clause.on)
    const names = clause.as === undefined ? { error } : { error, [clause.as]: error }
    const scope = withNames(env, names)
    const when = clause.when && checkCondition(clause.when, scope, checker)
    const flow = walkSteps(clause.steps, when ? narrow(scope, when.whenTrue) : scope, checker)
    if (clause.result === undefined) return flow
    const shape = checkTemplate(
      clause.result,
      withNames(flow.after ?? scope, { result: flow.shape }),
      checker,
    )
    return { ...flow, shape }
  })
}

/** `finally` sees everything as something that may be missing; what it sets itself is there afterwards. */
function finish(
  step: Step,
  env: Env,
  ways: Env | undefined,
  from: number,
  checker: Checker,
): Env | undefined {
  if (step.finally === undefined) return ways
  const start = loosen(env, from)
  const own = step.id === undefined || !ways ? start : withOwnResult(start, step.id, step)
  const { after } = walkSteps(step.finally, own, checker)
  if (!after || !ways) return undefined
  const added = [...after.steps].filter(([id]) => !start.steps.has(id) && id !== step.id)
  return { ...ways, steps: new Map([...ways.steps, ...added]) }
}

function withOwnResult(env: Env, id: string, step: Step): Env {
  if (env.steps.has(id)) return env
  return {
    ...env,
    steps: new Map([...env.steps, [id, { step, isDefinite: false, shape: { type: 'unknown' } }]]),
  }
}

function declareResult(step: Step, env: Env, shape: Shape, checker: Checker): Env {
  if (step.id === undefined) return env
  const before = env.steps.get(step.id)
  if (before && before.step !== step) {
    const span = entryOf(checker.origins.written.get(step), 'id')?.value ?? spanOf(checker.origins, step)
    const line = before.step.at[0]
    checker.report(
      'step.duplicateId',
      span,
      `The id "${step.id}" is taken by the step in line ${line}`,
      'Ids are unique wherever both are in scope',
    )
    return env
  }
  if (checker.fruitless.has(step)) return env
  return declare(env, step.id, { step, isDefinite: step.guard === undefined, shape })
}

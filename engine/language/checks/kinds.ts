import type { Branch, Step, StepKind } from '../definition.ts'
import { closedObject, type Property, type Shape, shapeOfSchema, union, unknown } from '../shape.ts'
import { checkArguments } from './arguments.ts'
import { activityNamed, workflowNamed } from './catalog.ts'
import type { Checker } from './checker.ts'
import { checkCondition } from './condition.ts'
import { enter, type Env, type Flow, goesOn, join, narrow, withNames } from './env.ts'
import { checkProjection } from './expression.ts'
import { checkForEach, checkLoop } from './loops.ts'
import { checkResult } from './result.ts'
import { checkDuration, checkTemplate } from './template.ts'
import { headOf } from './head.ts'
import { checkVariables } from './variables.ts'

const nothing: Shape = { type: 'null' }

/** How each kind goes on, and with what; modifiers are the walk's own. */
export const kinds: { readonly [K in StepKind]: (step: Step<K>, env: Env, checker: Checker) => Flow } = {
  call: (step, env, checker) => {
    const activity = activityNamed(step, step.activity, checker)
    checkArguments(
      step,
      { schema: activity?.input, lists: step.lists, owner: `"${step.activity}"` },
      env,
      checker,
    )
    const result = shapeOfSchema(activity?.output)
    if (step.keep) checkProjection(step.keep, result, checker)
    if (step.idempotencyKey) checkTemplate(step.idempotencyKey, env, checker)
    return goesOn(env, step.keep ? unknown : result)
  },
  workflow: (step, env, checker) => {
    const child = workflowNamed(step, step.workflow, checker)
    checkArguments(
      step,
      { schema: child?.input, lists: [], owner: `workflow "${step.workflow}"` },
      env,
      checker,
    )
    return goesOn(env, step.detached ? { type: 'string' } : shapeOfSchema(child?.output))
  },
  set: (step, env, checker) => {
    checkVariables(step, env, checker)
    const shapes = Object.entries(step.values).map(
      ([name, value]) => [name, checkTemplate(value, env, checker)] as const,
    )
    return goesOn(env, closedObject(Object.fromEntries(shapes)))
  },
  if: (step, env, checker) => {
    const when = checkCondition(step.when, env, checker)
    const ways = [
      checker.walk(step.then, narrow(env, when.whenTrue), checker),
      checker.walk(step.else, narrow(env, when.whenFalse), checker),
    ]
    return meet(ways)
  },
  switch: (step, env, checker) => {
    let rest = env
    const ways: Flow[] = []
    for (const { when, then } of step.cases) {
      const known = checkCondition(when, rest, checker)
      ways.push(checker.walk(then, narrow(rest, known.whenTrue), checker))
      rest = narrow(rest, known.whenFalse)
    }
    return meet([...ways, checker.walk(step.default, rest, checker)])
  },
  forEach: checkForEach,
  loop: checkLoop,
  parallel: (step, env, checker) => {
    const flows = step.branches.map(
      (branch) => [branch.name, walkBranch(branch, 'parallel', env, checker)] as const,
    )
    if (step.need) checkTemplate(step.need, env, checker)
    const isQuorum = step.need !== undefined
    const properties = flows.map(([name, { shape }]): [string, Property] => [
      name,
      { shape, required: !isQuorum, isQuorum },
    ])
    const shape: Shape = { type: 'object', properties: new Map(properties), rest: 'closed' }
    const isStuck = !isQuorum && flows.some(([, flow]) => !flow.after)
    return isStuck ? { shape, breaks: [], continues: [] } : goesOn(env, shape)
  },
  race: (step, env, checker) => {
    const flows = step.branches.map((branch) => walkBranch(branch, 'race', env, checker))
    const winner: Shape = { type: 'string', values: step.branches.map(({ name }) => name) }
    const shape = closedObject({ winner, value: union(flows.map((flow) => flow.shape)) })
    const isStuck = flows.every(({ after }) => !after)
    return isStuck ? { shape, breaks: [], continues: [] } : goesOn(env, shape)
  },
  try: (step, env, checker) => checker.walk(step.steps, env, checker),
  wait: (step, env, checker) => {
    if ('until' in step) checkTemplate(step.until, env, checker)
    else checkDuration(step.for, env, checker)
    return goesOn(env, nothing)
  },
  waitFor: (step, env, checker) => {
    const event = shapeOfSchema(step.schema)
    if (step.match) checkCondition(step.match, withNames(env, { event }), checker)
    return goesOn(env, union([event, ...lateShapes(step, env, checker)]))
  },
  ask: (step, env, checker) => {
    checkTemplate(step.prompt, env, checker)
    if (step.remindEvery !== undefined) checkDuration(step.remindEvery, env, checker)
    return goesOn(env, union([shapeOfSchema(step.schema), ...lateShapes(step, env, checker)]))
  },
  emit: (step, env, checker) => {
    checkTemplate(step.to, env, checker)
    checkTemplate(step.data, env, checker)
    return goesOn(env, nothing)
  },
  fail: (step, env, checker) => {
    checkTemplate(step.message, env, checker)
    if (step.data) checkTemplate(step.data, env, checker)
    if (step.cause) checkTemplate(step.cause, env, checker)
    return { shape: nothing, breaks: [], continues: [] }
  },
  return: (step, env, checker) => {
    checkResult(step.value, env, checker)
    return { shape: nothing, breaks: [], continues: [] }
  },
  break: (step, env, checker) => leaveLoop(step, env, checker, 'breaks'),
  continue: (step, env, checker) => leaveLoop(step, env, checker, 'continues'),
}

/** Where the ways of a branching meet. */
function meet(ways: readonly Flow[]): Flow {
  const after = join(ways.map((way) => way.after))
  return {
    ...(after && { after }),
    shape: union(ways.filter((way) => way.after !== undefined).map((way) => way.shape)),
    breaks: ways.flatMap((way) => way.breaks),
    continues: ways.flatMap((way) => way.continues),
  }
}

function walkBranch(branch: Branch, block: 'parallel' | 'race', env: Env, checker: Checker): Flow {
  const loop = env.loop === 'none' ? 'none' : 'beyond'
  const flow = checker.walk(
    branch.steps,
    enter(env, { loop, concurrentIn: `a branch of "${block}"` }),
    checker,
  )
  return flow.after ? flow : { ...flow, shape: unknown }
}

function lateShapes(step: Step<'ask' | 'waitFor'>, env: Env, checker: Checker): readonly Shape[] {
  if (step.timeout !== undefined) checkDuration(step.timeout, env, checker)
  return step.onTimeout ? [checkTemplate(step.onTimeout, env, checker)] : []
}

function leaveLoop(
  step: Step<'break' | 'continue'>,
  env: Env,
  checker: Checker,
  how: 'breaks' | 'continues',
): Flow {
  const flow: Flow = { shape: nothing, breaks: [], continues: [] }
  if (env.loop === 'inside') return { ...flow, [how]: [env] }
  const message =
    env.loop === 'none'
      ? `"${step.kind}" stands in no loop`
      : `"${step.kind}" cannot leave ${env.concurrentIn ?? 'the block'}, where others are under way at the same time`
  const hint = 'It belongs into the steps of a "loop" or a sequential "forEach"'
  checker.report('loop.outside', headOf(step, checker), message, hint)
  return flow
}

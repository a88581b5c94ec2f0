import type { Step } from '../definition.ts'
import { closedObject, type Shape, union, unknown } from '../shape.ts'
import { fieldOf } from '../written.ts'
import type { Checker } from './checker.ts'
import { checkCondition, conditionOf } from './condition.ts'
import { checkEnds } from './endless.ts'
import { enter, type Env, type Flow, goesOn, join, loosen, narrow, withNames } from './env.ts'
import { failureShape } from './shapes.ts'
import { stepsWithin } from './steps-within.ts'
import { checkDuration, checkList, checkTemplate } from './template.ts'

const count: Shape = { type: 'number' }

/** A `forEach`: its body sees the item, and keeps its results to itself. */
export function checkForEach(step: Step<'forEach'>, env: Env, checker: Checker): Flow {
  const list = checkList(step.in, env, checker)
  for (const template of [step.concurrency, step.tolerate, step.batch])
    if (template) checkTemplate(template, env, checker)
  const one: Shape = list.type === 'array' ? list.items : unknown
  const item: Shape = step.batch ? { type: 'array', items: one } : one
  const isSequential = !step.isolate && 'value' in step.concurrency && step.concurrency.value === 1
  const concurrentIn = step.isolate ? 'a "forEach" with isolated items' : 'a "forEach" with concurrency'
  const named = withNames(env, { [step.as]: item, [step.index]: count })
  const inside = enter(named, isSequential ? { loop: 'inside' } : { loop: 'beyond', concurrentIn })
  const before = checker.uses.runIds.length
  const flow = checker.walk(step.steps, inside, checker)
  if (step.isolate && checker.uses.runIds.length === before) checkHearing(step, checker)
  const result = step.itemResult
    ? checkTemplate(step.itemResult, withNames(flow.after ?? inside, { result: flow.shape }), checker)
    : flow.shape
  const isGap = flow.continues.length > 0 || step.tolerate !== undefined
  const items: Shape = isGap ? union([result, { type: 'null' }]) : result
  const failure = closedObject({ index: count, item: unknown, error: failureShape(['*']) })
  const shape = closedObject({
    results: { type: 'array', items },
    failures: { type: 'array', items: failure },
    total: count,
    succeeded: count,
    failed: count,
  })
  return goesOn(env, shape)
}

/** A `loop`: its conditions see the results of the last pass, which before the first may be missing. */
export function checkLoop(step: Step<'loop'>, env: Env, checker: Checker): Flow {
  for (const duration of [step.every, step.maxEvery])
    if (duration !== undefined) checkDuration(duration, env, checker)
  for (const template of [step.backoff, step.maxIterations])
    if (template) checkTemplate(template, env, checker)
  const before = withNames(env, { previous: unknown })
  const known = step.while ? conditionOf(step.while).whenTrue : []
  const inside = enter(narrow(before, known), { loop: 'inside', mayLackPrevious: true })
  const flow = checker.walk(step.steps, inside, checker)
  const shape = step.passResult
    ? checkTemplate(step.passResult, withNames(flow.after ?? inside, { result: flow.shape }), checker)
    : flow.shape
  if (step.while)
    checkCondition(
      step.while,
      { ...loosen({ ...inside, ...scopeOf(env) }, 0), mayLackPrevious: true },
      checker,
    )
  const end = join([flow.after, ...flow.continues])
  if (step.until && end) checkCondition(step.until, { ...end, mayLackPrevious: false }, checker)
  checkEnds(step, flow, checker)
  const isStuck = !step.while && !flow.after && flow.breaks.length === 0 && flow.continues.length === 0
  if (isStuck) return { shape, breaks: [], continues: [] }
  return goesOn(env, step.while || flow.continues.length > 0 || flow.breaks.length > 0 ? unknown : shape)
}

/** An isolated item hears only what is sent to its own run, whose id nobody knows unless the item tells it. */
function checkHearing(step: Step<'forEach'>, { origins, report }: Checker): void {
  for (const waiting of stepsWithin(step.steps)) {
    if (waiting.kind !== 'waitFor') continue
    const written = fieldOf(fieldOf(origins.written.get(waiting), 'waitFor'), 'event')
    const message = 'An isolated item is a run of its own, and hears only events that are sent to it'
    const hint = 'Tell the sender $run.id in a step of the item, or leave "isolate" out'
    if (written) report('event.isolated', written, message, hint)
  }
}

function scopeOf({ narrowed }: Env): Pick<Env, 'narrowed'> {
  return { narrowed }
}

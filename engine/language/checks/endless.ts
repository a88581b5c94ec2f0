import type { Expression } from '../../expressions/template.ts'
import type { Step } from '../definition.ts'
import { spanIn } from '../origins.ts'
import { entryOf } from '../written.ts'
import { peek } from './analysis.ts'
import type { Checker } from './checker.ts'
import type { Flow } from './env.ts'
import { stepsWithin } from './steps-within.ts'

/** Checks that something other than its limit can end a loop. */
export function checkEnds(step: Step<'loop'>, body: Flow, checker: Checker): void {
  const within = stepsWithin(step.steps)
  const canLeave = body.breaks.length > 0 || within.some(({ kind }) => kind === 'return' || kind === 'fail')
  const written = entryOf(checker.origins.written.get(step), 'loop')
  if (canLeave || written?.value.type !== 'map') return
  const conditions = [step.while, step.until].filter((condition) => condition !== undefined)
  if (conditions.length === 0) {
    const hint = 'Give it "while" or "until", or a "break" under a condition'
    checker.report(
      'loop.endless',
      written.keySpan,
      'Only its limit can end this loop, and that is an error',
      hint,
    )
    return
  }
  const changed = changedBy(within)
  if (!conditions.every((condition) => isFixed(condition, changed))) return
  const [condition] = conditions
  if (condition === undefined || isConstantEnd(step)) return
  const isConstant = conditions.every((one) => peek(one)?.constant === true)
  const hint = 'Let a step of the loop set what it depends on'
  const message = 'Nothing in the loop changes this condition, so after one pass only the limit can end it'
  const code = isConstant ? 'loop.endless' : 'loop.fixedCondition'
  checker.report(code, spanIn(checker.origins, condition), message, hint)
}

/** `until: true` is one pass, `while: false` none. */
function isConstantEnd(step: Step<'loop'>): boolean {
  return step.until?.jsonata === 'true' || step.while?.jsonata === 'false'
}

interface Changed {
  readonly vars: ReadonlySet<string>
  readonly ids: ReadonlySet<string>
}

function changedBy(steps: readonly Step[]): Changed {
  const vars = steps.flatMap((step) => (step.kind === 'set' ? Object.keys(step.values) : []))
  return { vars: new Set(vars), ids: new Set(steps.flatMap((step) => step.id ?? [])) }
}

const moving: ReadonlySet<string> = new Set([
  'now',
  'millis',
  'random',
  'shuffle',
  'uuid',
  'toMillis',
  'fromMillis',
])

/** Whether a condition gives the same in every pass. */
function isFixed(condition: Expression, changed: Changed): boolean {
  const analysis = peek(condition)
  if (!analysis || analysis.calls.some(({ name }) => moving.has(name))) return false
  if (analysis.calls.some(({ kind }) => kind === 'other')) return false
  return analysis.references.every(({ root, path }) => {
    const [name] = path
    if (root === 'previous') return false
    if (root === 'vars') return name !== undefined && !changed.vars.has(name)
    if (root === 'steps') return name !== undefined && !changed.ids.has(name)
    return true
  })
}

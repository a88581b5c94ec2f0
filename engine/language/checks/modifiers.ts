import type { Step } from '../definition.ts'
import { entryOf } from '../written.ts'
import { checkArguments } from './arguments.ts'
import { activityNamed, workflowNamed } from './catalog.ts'
import type { Checker } from './checker.ts'
import { checkCondition } from './condition.ts'
import { type Env, withNames } from './env.ts'
import { checkClauses } from './clauses.ts'
import { checkRetry } from './retry.ts'
import { failureShape } from './shapes.ts'
import { checkDuration, checkTemplate } from './template.ts'

/** Checks what stands beside a step's kind, but for what the walk itself follows: guard, result, `catch` and `finally`. */
export function checkModifiers(step: Step, env: Env, checker: Checker): void {
  const ownsTimeout = step.kind === 'waitFor' || step.kind === 'ask'
  if (step.timeout !== undefined && !ownsTimeout) checkDuration(step.timeout, env, checker)
  if (step.progress) checkTemplate(step.progress, env, checker)
  if (step.retry) {
    checkRetry(step.retry, checker)
    for (const policy of step.retry) {
      const names = { error: failureShape(policy.on), attempt: { type: 'number' } as const }
      if (policy.when) checkCondition(policy.when, withNames(env, names), checker)
      for (const duration of [policy.delay, policy.maxDelay, policy.within])
        if (duration !== undefined) checkDuration(duration, env, checker)
    }
  }
  if (step.catch) checkClauses(step.catch, checker)
  if (ownsTimeout) checkOneTimeout(step, checker)
}

/** Checks what undoes a step: it sees the step's result as `$result`. */
export function checkCompensation(step: Step, env: Env, checker: Checker): void {
  const { compensate } = step
  if (!compensate) return
  if ('call' in compensate) {
    const activity = activityNamed(compensate, compensate.call, checker)
    const callee = { schema: activity?.input, lists: compensate.lists, owner: `"${compensate.call}"` }
    checkArguments(compensate, callee, env, checker)
  } else {
    const child = workflowNamed(compensate, compensate.workflow, checker)
    const callee = { schema: child?.input, lists: [], owner: `workflow "${compensate.workflow}"` }
    checkArguments(compensate, callee, env, checker)
  }
}

/** Two timeouts on one wait would leave open which one counts. */
function checkOneTimeout(step: Step, { origins, report }: Checker): void {
  const written = origins.written.get(step)
  const beside = entryOf(written, 'timeout')
  if (!beside || !entryOf(entryOf(written, step.kind)?.value, 'timeout')) return
  const hint = `Keep the one inside "${step.kind}"`
  report(
    'timeout.twice',
    beside.keySpan,
    `This step has two timeouts, inside "${step.kind}" and beside it`,
    hint,
  )
}

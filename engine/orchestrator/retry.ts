import { diceFor } from '../expressions/dice.ts'
import type { Failure } from '../failure.ts'
import type { RetryPolicy } from '../language/definition.ts'
import { errorMatches } from '../language/names.ts'
import type { Frame } from './frame.ts'

/** What a step remembers about its attempts. */
export interface Attempts {
  /** The attempt under way, from 1. */
  attempt: number
  /** When the first attempt began, epoch ms. */
  startedAt: number
  /** How many failures each policy has answered for, by its index. */
  used?: Record<number, number>
}

/** When the next attempt after `failure` may begin, epoch ms; nothing when this was the last. */
export function nextAttempt(
  policies: readonly RetryPolicy[],
  failure: Failure,
  attempts: Attempts,
  frame: Frame,
): number | undefined {
  if (!failure.retryable) return undefined
  const index = policyFor(policies, failure, attempts, frame)
  const policy = policies[index]
  if (!policy) return undefined
  const used = (attempts.used ??= {})
  const failures = (used[index] = (used[index] ?? 0) + 1)
  if (failures >= policy.maxAttempts) return undefined
  const at = frame.machine.now() + delayAfter(failures, policy, attempts.attempt, frame)
  if (policy.within === undefined) return at
  const end = attempts.startedAt + frame.duration(policy.within, 'within')
  return at < end ? at : undefined
}

function policyFor(
  policies: readonly RetryPolicy[],
  failure: Failure,
  { attempt }: Attempts,
  frame: Frame,
): number {
  for (const [index, { on, except, when }] of policies.entries()) {
    if (!on.some((glob) => covers(glob, failure.type))) continue
    if (except.some((glob) => errorMatches(glob, failure.type))) continue
    const names = frame.with({ error: failure, attempt })
    if (!when || frame.holds(when, `retry.${index + 1}.when`, names)) return index
  }
  return -1
}

/** Errors of expressions and cancels are covered only by a glob that names them: `*` does not. */
function covers(glob: string, type: string): boolean {
  if (glob === '*' && (type === 'cancelled' || type.startsWith('expression.'))) return false
  return errorMatches(glob, type)
}

function delayAfter(failures: number, policy: RetryPolicy, attempt: number, frame: Frame): number {
  const first = frame.duration(policy.delay, 'delay')
  const grown = first * policy.backoff ** (failures - 1)
  const capped =
    policy.maxDelay === undefined ? grown : Math.min(grown, frame.duration(policy.maxDelay, 'maxDelay'))
  const dice = diceFor(`${frame.machine.runId}/${frame.path}#${attempt}:jitter`)
  return Math.round(capped * (1 - policy.jitter * dice()))
}

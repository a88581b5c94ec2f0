import type { RetryPolicy } from '../definition.ts'
import { globCovers } from '../names.ts'
import { spanOf } from '../origins.ts'
import { fieldOf, itemsOf, textOf, type Written } from '../written.ts'
import type { Checker } from './checker.ts'

/** Errors that another attempt cannot cure. */
const final: ReadonlySet<string | undefined> = new Set([
  'activity.invalidInput',
  'activity.unknown',
  'workflow.invalidInput',
])

/** Checks retry policies, alone and as a list of which the first that matches counts. */
export function checkRetry(policies: readonly RetryPolicy[], checker: Checker): void {
  const covered: string[] = []
  for (const policy of policies) {
    const written = fieldOf(checker.origins.written.get(policy), 'on')
    for (const item of globsIn(written)) {
      if (!final.has(textOf(item))) continue
      const message = `"${textOf(item)}" is never retried: another attempt would end the same way`
      checker.report('retry.final', item, message, 'Leave it out')
    }
    const isShadowed = policy.on.every((glob) => covered.some((before) => globCovers(before, glob)))
    if (policy.on.length > 0 && isShadowed) {
      const span = written ?? spanOf(checker.origins, policy)
      const message = 'No error gets to this policy: an earlier one of the list takes it'
      checker.report('retry.shadowed', span, message, 'Move the more special policy up')
    }
    if (policy.when === undefined && policy.except.length === 0) covered.push(...policy.on)
  }
}

function globsIn(written: Written | undefined): readonly Written[] {
  if (written === undefined) return []
  return written.type === 'list' ? itemsOf(written) : [written]
}

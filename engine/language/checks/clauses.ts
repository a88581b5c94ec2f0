import type { CatchClause } from '../definition.ts'
import { globCovers } from '../names.ts'
import { spanOf } from '../origins.ts'
import { entryOf, itemsOf } from '../written.ts'
import type { Checker } from './checker.ts'

/** Checks the clauses of a `catch` against each other: one in the shadow of others never runs. */
export function checkClauses(clauses: readonly CatchClause[], checker: Checker): void {
  const covered: { readonly glob: string }[] = []
  for (const clause of clauses) {
    const written = checker.origins.written.get(clause)
    const span =
      entryOf(written, 'on')?.value ?? entryOf(written, 'steps')?.keySpan ?? spanOf(checker.origins, clause)
    const shadow = clause.on.map((glob) => covered.find((before) => globCovers(before.glob, glob)))
    if (clause.on.length > 0 && shadow.every((before) => before !== undefined)) {
      const by = [...new Set(shadow.map((before) => `"${before.glob}"`))].join(' and ')
      checker.report(
        'catch.shadowed',
        span,
        `No error gets here: ${by} of an earlier clause takes it`,
        'Move the more special clause up',
      )
    }
    if (clause.on.every((glob) => glob === 'cancelled')) {
      const place = itemsOf(entryOf(written, 'on')?.value)[0] ?? span
      const hint = 'Put what must happen on a cancel into "finally" or "compensate"'
      checker.report(
        'catch.cancelled',
        place,
        '"cancelled" cannot be caught: the run ends all the same',
        hint,
      )
    }
    if (clause.when === undefined) covered.push(...clause.on.map((glob) => ({ glob })))
  }
}

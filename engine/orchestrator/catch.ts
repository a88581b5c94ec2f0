import type { Json, JsonObject } from '../json.ts'
import type { CatchClause } from '../language/definition.ts'
import { errorMatches } from '../language/names.ts'
import type { Flow } from './effect.ts'
import type { Failed } from './ending.ts'
import type { Frame, Names } from './frame.ts'
import { sequence } from './sequence.ts'

/** The index of the first clause that catches `error`. An error in a clause's `when` is the step's error. */
export function clauseFor(clauses: readonly CatchClause[], error: Failed, frame: Frame): number | undefined {
  for (const [index, clause] of clauses.entries()) {
    if (!clause.on.some((glob) => errorMatches(glob, error.failure.type))) continue
    const names = seeing(clause, error.failure, frame)
    if (!clause.when || frame.holds(clause.when, `catch.${index + 1}.when`, names)) return index
  }
  return undefined
}

/** Executes the clause that caught; its value is the step's. */
export function* catching(
  clauses: readonly CatchClause[],
  caught: { readonly clause: number; readonly error: JsonObject },
  frame: Frame,
): Flow {
  const clause = clauses[caught.clause]
  if (!clause) return null
  const segment = `catch.${caught.clause + 1}`
  const part = frame.part(segment, { names: seeing(clause, caught.error, frame) })
  const last = yield* sequence(clause.steps, part)
  const names = part.with({ result: last })
  return clause.result ? part.value(clause.result, segment, [], names) : last
}

function seeing(clause: CatchClause, error: Json, frame: Frame): Names {
  return frame.with({ error, ...(clause.as === undefined ? {} : { [clause.as]: error }) })
}

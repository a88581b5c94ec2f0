import { isJsonObject } from '../json.ts'
import { settle, type Flow, type Outcome } from './effect.ts'
import { Cancelled, Failed, Leave } from './ending.ts'
import type { Frame, Names } from './frame.ts'
import { shielded } from './shield.ts'

/**
 * Runs the `finally` of what ended with `outcome`. What goes wrong in it replaces that, but for a cancel: whoever was
 * cancelled stays so, and the error becomes a warning.
 */
export function* cleanedUp(outcome: Outcome<unknown>, flow: Flow, frame: Frame, whose: string): Flow<void> {
  const cleaned = yield* settle(shielded(frame, flow))
  if (cleaned.ok) return
  const { error } = cleaned
  if (outcome.ok || !(outcome.error instanceof Cancelled)) throw error
  if (error instanceof Failed) frame.machine.warn(`"finally" of ${whose} failed: ${error.message}`)
}

/** What a `finally` sees: in `$run.status`, how that has ended to which it belongs. */
export function namesAfter(outcome: Outcome<unknown>, names: Names): Names {
  const { run } = names.bindings
  const { bindings, ...others } = names
  return {
    ...others,
    bindings: { ...bindings, run: { ...(isJsonObject(run) ? run : {}), status: statusOf(outcome) } },
  }
}

function statusOf(outcome: Outcome<unknown>): 'completed' | 'failed' | 'cancelled' {
  if (outcome.ok || outcome.error instanceof Leave) return 'completed'
  return outcome.error instanceof Cancelled ? 'cancelled' : 'failed'
}

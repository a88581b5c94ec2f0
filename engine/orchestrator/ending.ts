import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Outcome } from './effect.ts'
import type { PackedOutcome } from './state.ts'

/** A step that failed: the only thing that `catch` and `retry` see. */
export class Failed extends Error {
  override readonly name: string = 'Failed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** What the innermost waiting step gets when its run or branch is cancelled: passes every `catch`. */
export class Cancelled extends Error {
  override readonly name: string = 'Cancelled'
}

/** `break`, `continue` and `return` on their way out. */
export class Leave extends Error {
  override readonly name: string = 'Leave'
  readonly how: 'break' | 'continue' | 'return'
  readonly value: Json

  constructor(how: Leave['how'], value: Json = null) {
    super(how)
    this.how = how
    this.value = value
  }
}

/** An outcome as data. Anything else than the three endings above is a defect of the engine and is thrown on. */
export function pack(outcome: Outcome<Json | undefined>): PackedOutcome {
  if (outcome.ok) return outcome.value === undefined ? { skipped: true } : { value: outcome.value }
  const { error } = outcome
  if (error instanceof Failed) return { failure: error.failure }
  if (error instanceof Cancelled) return { cancelled: error.message }
  if (error instanceof Leave) return { leave: error.how, value: error.value }
  throw error
}

/** The outcome that {@link pack} packed. */
export function unpack(packed: PackedOutcome): Outcome<Json | undefined> {
  if ('skipped' in packed) return { ok: true, value: undefined }
  if ('failure' in packed) return { ok: false, error: new Failed(packed.failure) }
  if ('cancelled' in packed) return { ok: false, error: new Cancelled(packed.cancelled) }
  if ('leave' in packed) return { ok: false, error: new Leave(packed.leave, packed.value) }
  return { ok: true, value: packed.value }
}

/** The value of an outcome; throws its error. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw outcome.error
}

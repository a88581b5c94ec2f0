import type { Json, JsonObject } from '../json.ts'
import type { Step, StepKind } from '../language/definition.ts'
import { bounded } from './bounded.ts'
import { catching, clauseFor } from './catch.ts'
import { cleanedUp, namesAfter } from './clean-up.ts'
import { remember } from './compensation.ts'
import { Due, settle, type Flow, type Outcome } from './effect.ts'
import { Failed, pack, unpack, valueOf } from './ending.ts'
import type { Frame } from './frame.ts'
import { idsWithin } from './ids-within.ts'
import { nextAttempt, type Attempts } from './retry.ts'
import { sequence } from './sequence.ts'
import type { PackedOutcome } from './state.ts'

/** Executes a step's kind. */
type Perform = (step: Step, frame: Frame) => Flow

/** How far a step with modifiers has come. */
interface ModifierCursor extends Attempts {
  phase: 'guard' | 'attempt' | 'delay' | 'catch' | 'finally'
  /** The attempt that has shown its progress line. */
  told?: number
  /** While `delay`: when the next attempt begins, epoch ms. */
  notBefore?: number
  /** While `attempt`: when it is over at the latest, epoch ms. */
  dueAt?: number
  /** While `catch`: the clause that caught and what it caught. */
  caught?: { readonly clause: number; readonly error: JsonObject }
  /** While `finally`: what happens after it. */
  outcome?: PackedOutcome
}

/** The kinds that hand `frame.dueAt` on with their one effect; around the others a timeout is a fork. */
const keepsTime: ReadonlySet<StepKind> = new Set(['call', 'workflow', 'wait', 'waitFor', 'ask', 'emit'])

/**
 * Executes a step with its modifiers: the guard; then per attempt the timeout around kind and `result`; retry around
 * the attempts; catch; finally.
 */
export function* modified(step: Step, frame: Frame, perform: Perform): Flow<Json | undefined> {
  const cursor = frame.modifiers<ModifierCursor>(() => ({
    phase: 'guard',
    attempt: 1,
    startedAt: frame.machine.now(),
  }))
  const outcome = cursor.outcome ? unpack(cursor.outcome) : yield* caught(step, frame, cursor, perform)
  const isSkipped = outcome.ok && outcome.value === undefined
  if (step.finally && !isSkipped) {
    cursor.phase = 'finally'
    cursor.outcome = pack(outcome)
    const part = frame.part('finally', { names: namesAfter(outcome, frame.names) })
    yield* cleanedUp(outcome, sequence(step.finally, part), frame, `step "${frame.label}"`)
  }
  return valueOf(outcome)
}

function* caught(
  step: Step,
  frame: Frame,
  cursor: ModifierCursor,
  perform: Perform,
): Flow<Outcome<Json | undefined>> {
  if (!cursor.caught) {
    const outcome = yield* settle(attempts(step, frame, cursor, perform))
    if (outcome.ok || !(outcome.error instanceof Failed) || !step.catch) return outcome
    const { error } = outcome
    const chosen = outcomeOf(() => clauseFor(step.catch ?? [], error, frame))
    if (!chosen.ok) return chosen
    if (chosen.value === undefined) return outcome
    cursor.phase = 'catch'
    cursor.caught = { clause: chosen.value, error: error.failure }
  }
  return yield* settle(catching(step.catch ?? [], cursor.caught, frame))
}

function* attempts(
  step: Step,
  frame: Frame,
  cursor: ModifierCursor,
  perform: Perform,
): Flow<Json | undefined> {
  if (cursor.phase === 'guard') {
    if (step.guard && !frame.holds(step.guard, 'if')) return undefined
    cursor.phase = 'attempt'
  }
  for (;;) {
    if (cursor.phase === 'delay') {
      yield { do: 'timer', dueAt: cursor.notBefore ?? 0 }
      cursor.phase = 'attempt'
    }
    frame.attempt = cursor.attempt
    const outcome = yield* settle(attempt(step, frame, cursor, perform))
    if (outcome.ok) return outcome.value
    if (!(outcome.error instanceof Failed) || !step.retry) throw outcome.error
    const notBefore = nextAttempt(step.retry, outcome.error.failure, cursor, frame)
    if (notBefore === undefined) throw outcome.error
    cursor.phase = 'delay'
    cursor.notBefore = notBefore
    cursor.attempt += 1
    delete cursor.dueAt
    frame.reset()
    for (const id of idsWithin(step)) frame.forget(id)
  }
}

function* attempt(step: Step, frame: Frame, cursor: ModifierCursor, perform: Perform): Flow {
  if (step.progress && cursor.told !== cursor.attempt) {
    cursor.told = cursor.attempt
    const line = frame.value(step.progress, 'progress')
    frame.machine.report({ message: typeof line === 'string' ? line : JSON.stringify(line) })
  }
  const end = cursor.dueAt ?? dueAtOf(step, frame, cursor)
  if (end === undefined) return yield* performed(step, frame, perform)
  cursor.dueAt = end
  try {
    if (keepsTime.has(step.kind)) {
      frame.dueAt = end
      return yield* performed(step, frame, perform)
    }
    const ended = yield* bounded(end, (strand) => performed(step, frame.as({ strand }), perform))
    if (!ended) throw new Due()
    return valueOf(ended)
  } catch (error) {
    if (!(error instanceof Due)) throw error
    throw frame.failed('timeout', `Step "${frame.label}" took longer than it may`)
  }
}

/** The earlier of the step's own timeout and the end of its retries' `within`. */
function dueAtOf(step: Step, frame: Frame, cursor: ModifierCursor): number | undefined {
  const ends: number[] = []
  if (step.timeout !== undefined) ends.push(frame.machine.now() + frame.duration(step.timeout, 'timeout'))
  for (const { within } of step.retry ?? [])
    if (within !== undefined) ends.push(cursor.startedAt + frame.duration(within, 'within'))
  return ends.length > 0 ? Math.min(...ends) : undefined
}

function* performed(step: Step, frame: Frame, perform: Perform): Flow {
  const raw = yield* perform(step, frame)
  const value = step.result ? frame.value(step.result, 'result', [], frame.with({ result: raw })) : raw
  if (step.compensate) remember(step.compensate, value, frame)
  return value
}

function outcomeOf<T>(make: () => T): Outcome<T> {
  try {
    return { ok: true, value: make() }
  } catch (error) {
    return { ok: false, error }
  }
}

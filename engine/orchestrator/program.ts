import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { checkAgainst } from '../language/schema.ts'
import { bounded } from './bounded.ts'
import { catching, clauseFor } from './catch.ts'
import { cleanedUp, namesAfter } from './clean-up.ts'
import { bequest, undo } from './compensation.ts'
import { settle, type Flow, type Outcome, type Strand } from './effect.ts'
import { Failed, Leave, pack, unpack, valueOf } from './ending.ts'
import { Frame } from './frame.ts'
import type { Machine } from './machine.ts'
import { block, ownOf, sequence } from './sequence.ts'
import type { PackedOutcome } from './state.ts'
import { sizeOf, valueFailure } from './size.ts'

/** How far a whole run has come. */
interface ProgramCursor {
  phase: 'vars' | 'body' | 'catch' | 'undo' | 'finally'
  caught?: { readonly clause: number; readonly error: JsonObject }
  /** From `undo` on: how the run ends. */
  outcome?: PackedOutcome
}

/**
 * A whole run: variables, steps and result under the run's timeout; its catch; where it failed or was cancelled, its
 * compensations; its finally.
 */
export function* program(machine: Machine, strand: Strand): Flow {
  const frame = rootFrame(machine, strand)
  const cursor = frame.modifiers<ProgramCursor>(() => ({ phase: 'vars' }))
  const outcome = cursor.outcome ? unpack(cursor.outcome) : yield* recovered(frame, cursor)
  strand.shield += 1 // how the run ends is decided: a cancel that comes while it cleans up changes nothing
  if (cursor.phase !== 'finally') {
    cursor.phase = 'undo'
    cursor.outcome = pack(outcome)
    if (!outcome.ok) yield* undo('', frame)
    cursor.phase = 'finally'
  }
  const last = machine.state.start.definition.finally
  if (last) {
    const part = frame.part('finally', { names: namesAfter(outcome, frame.block(ownOf(frame))) })
    yield* cleanedUp(outcome, returned(sequence(last, part)), frame, 'the run')
  }
  const value = valueOf(outcome) ?? null
  return machine.state.bindings ? bequest(value, machine.state.remembered) : value
}

function rootFrame(machine: Machine, strand: Strand): Frame {
  const { start, bindings } = machine.state
  const outer = bindings?.['steps']
  const steps: Record<string, Json> = isJsonObject(outer) ? { ...outer } : {}
  const seen = { ...bindings, input: start.input, config: start.config, run: runOf(machine) }
  return new Frame(
    undefined,
    '',
    {
      machine,
      names: { bindings: seen, steps, own: steps },
      strand,
      saga: '',
      at: [1, 1],
      label: start.definition.name,
    },
    machine.state.root,
  )
}

/** What `$run` reads. */
function runOf({ runId, state: { start, startedAt } }: Machine): JsonObject {
  const { name, version } = start.definition
  return {
    id: runId,
    name,
    version,
    startedAt: new Date(startedAt).toISOString(),
    parent: start.parent ?? null,
  }
}

function* recovered(frame: Frame, cursor: ProgramCursor): Flow<Outcome> {
  const clauses = frame.machine.state.start.definition.catch
  if (!cursor.caught) {
    const outcome = yield* settle(body(frame, cursor))
    if (outcome.ok || !(outcome.error instanceof Failed) || !clauses) return outcome
    const { error } = outcome
    const chosen = yield* settle(clauseChosen(frame, error))
    if (!chosen.ok) return chosen
    if (chosen.value === null) return outcome
    cursor.phase = 'catch'
    cursor.caught = { clause: Number(chosen.value), error: error.failure }
  }
  return yield* settle(
    checked(frame, returned(catching(clauses ?? [], cursor.caught, frame.within(ownOf(frame))))),
  )
}

function* clauseChosen(frame: Frame, error: Failed): Flow {
  const { definition } = frame.machine.state.start
  return clauseFor(definition.catch ?? [], error, frame.within(ownOf(frame))) ?? null
}

function* body(frame: Frame, cursor: ProgramCursor): Flow {
  const { state } = frame.machine
  const { definition } = state.start
  if (cursor.phase === 'vars') {
    for (const [name, template] of Object.entries(definition.vars))
      state.vars[name] = frame.value(template, name)
    cursor.phase = 'body'
  }
  if (definition.timeout === undefined) return yield* checked(frame, returned(main(frame)))
  const dueAt = state.startedAt + frame.duration(definition.timeout, 'timeout')
  const ended = yield* bounded(dueAt, (strand) => checked(frame, returned(main(frame.as({ strand })))))
  if (!ended) throw frame.failed('timeout', 'The run took longer than it may')
  return valueOf(ended)
}

function main(frame: Frame): Flow {
  const { definition } = frame.machine.state.start
  return block(definition.steps, frame, {}, definition.result)
}

/** A `return` is the end of a run, or of its `finally`, not an error. */
function* returned(flow: Flow): Flow {
  const outcome = yield* settle(flow)
  if (!outcome.ok && outcome.error instanceof Leave && outcome.error.how === 'return')
    return outcome.error.value
  return valueOf(outcome)
}

function* checked(frame: Frame, flow: Flow): Flow {
  const value = yield* flow
  const { start } = frame.machine.state
  const { output } = start.definition
  const fits = output === undefined ? undefined : checkAgainst(output, value)
  if (fits && !fits.ok)
    throw frame.failed(
      'workflow.invalidOutput',
      `The result does not fit "output": ${fits.problems.map(({ path, message }) => `${path || '/'} ${message}`).join('; ')}`,
      { retryable: false, data: fits.problems.map(({ path, message }) => ({ path, message })) },
    )
  const tooLarge = valueFailure('The result', sizeOf(value, start), start)
  if (tooLarge) throw new Failed(frame.locate(tooLarge))
  return value
}

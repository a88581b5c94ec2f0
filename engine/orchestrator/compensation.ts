import { isJsonObject, type Json } from '../json.ts'
import type { Compensation } from '../language/definition.ts'
import { placeInside, runChild } from './child.ts'
import { settle, type Flow } from './effect.ts'
import { Failed } from './ending.ts'
import type { Frame } from './frame.ts'
import { shielded } from './shield.ts'
import type { Remembered } from './state.ts'

/** How often an undo is tried, and how long before the second time; the pause doubles. */
const attempts = 5
const firstDelayMs = 1_000

interface UndoCursor {
  attempt: number
  notBefore?: number
}

/** Remembers how to undo a step that has completed with `result`. */
export function remember(compensation: Compensation, result: Json, frame: Frame): void {
  const names = frame.with({ result })
  const lists = 'call' in compensation ? compensation.lists : []
  const input = frame.value(compensation.with, 'compensate', lists, names)
  const what = 'call' in compensation ? { call: compensation.call } : { workflow: compensation.workflow }
  const { saga, path, label: step } = frame
  frame.machine.state.remembered.push({ saga, path, step, ...what, input })
}

/** What a saga that succeeded would have undone is now undone by the one around it. */
export function handOver(saga: string, outer: string, frame: Frame): void {
  for (const remembered of frame.machine.state.remembered)
    if (remembered.saga === saga) remembered.saga = outer
}

/** Under this key a part that has ended leaves to its run how to undo what it did; authors cannot use the prefix. */
const bequestKey = 'longhaul.remembered'

/** What a part of a run ends with: its value, and, where there is something to undo, how that is done. */
export function bequest(value: Json, remembered: readonly Remembered[]): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is remembered is plain JSON
  return remembered.length === 0 ? value : { [bequestKey]: remembered as unknown as Json, value }
}

/** The value of a part that has ended; what it has done is from now on undone with the rest of the run. */
export function inherit(ended: Json, frame: Frame): Json {
  if (!isJsonObject(ended) || ended[bequestKey] === undefined) return ended
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  for (const one of ended[bequestKey] as unknown as readonly Remembered[])
    frame.machine.state.remembered.push({ ...one, saga: frame.saga, path: `${frame.path}/${one.path}` })
  return ended['value'] ?? null
}

/** Undoes what `saga` remembers, newest first. An undo that keeps failing is recorded on the run; the others go on. */
export function* undo(saga: string, frame: Frame): Flow<void> {
  yield* shielded(frame, undoAll(saga, frame.part('undo')))
}

function* undoAll(saga: string, frame: Frame): Flow<void> {
  const { remembered } = frame.machine.state
  for (;;) {
    const at = remembered.findLastIndex((one) => one.saga === saga)
    const one = remembered[at]
    if (!one) return
    const outcome = yield* settle(undoOne(one, frame))
    if (!outcome.ok) {
      if (!(outcome.error instanceof Failed)) throw outcome.error
      frame.machine.warn(`Step "${one.step}" could not be undone: ${outcome.error.message}`)
    }
    remembered.splice(remembered.indexOf(one), 1)
    frame.drop()
  }
}

function* undoOne(one: Remembered, frame: Frame): Flow<void> {
  const cursor = frame.cursor<UndoCursor>(() => ({ attempt: 1 }))
  for (;;) {
    if (cursor.notBefore !== undefined) yield { do: 'timer', dueAt: cursor.notBefore }
    const outcome = yield* settle(perform(one, cursor.attempt, frame))
    if (outcome.ok) return
    const { error } = outcome
    if (!(error instanceof Failed) || !error.failure.retryable || cursor.attempt >= attempts) throw error
    cursor.notBefore = frame.machine.now() + firstDelayMs * 2 ** (cursor.attempt - 1)
    cursor.attempt += 1
  }
}

function* perform(one: Remembered, attempt: number, frame: Frame): Flow {
  const { runId, state } = frame.machine
  if (one.workflow !== undefined) {
    const [name = ''] = one.workflow.split('@')
    const start = { child: { workflow: one.workflow, input: one.input, ...placeInside(frame) } }
    return yield* runChild(name, start, frame.part(`attempt.${attempt}`))
  }
  const path = `${one.path}/compensate`
  const { name: workflow, secrets } = state.start.definition
  const request = { input: one.input, runId, workflow, path, attempt, idempotencyKey: `${runId}/${path}` }
  return yield {
    do: 'activity',
    name: one.call ?? '',
    request: secrets.length > 0 ? { ...request, secrets } : request,
  }
}

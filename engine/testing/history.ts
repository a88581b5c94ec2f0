import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import type { Action, Happening } from './generation.ts'
import type { HistoryEnd, Moment } from './moment.ts'

/** The mark of the file format; a change that old readers would misread gets a new number. */
export const historyFormat = 'longhaul-history/1'

/**
 * What a run was started with, and all that happened in it: enough to let any interpreter do it again. A run that
 * continued as new has one for each of its histories.
 */
export interface RecordedHistory {
  readonly format: typeof historyFormat
  readonly workflow: string
  readonly runId: string
  /** ISO 8601: what the run's clock showed at its start. */
  readonly startedAt: string
  /** A run carries its definition, or its whole state: nothing else is needed. */
  readonly input: InterpreterInput
  /** In order. */
  readonly events: readonly RecordedEvent[]
}

/** What was asked for and what came of it; `id` counts what the interpreter asks for, from 1. */
export type RecordedEvent = Asked | Heard | Ended

/** Something the interpreter asked for. */
export type Asked =
  | { readonly asked: 'activity'; readonly id: number; readonly name: string; readonly input: Json }
  | { readonly asked: 'timer'; readonly id: number; readonly dueAt: string }
  | {
      readonly asked: 'child'
      readonly id: number
      readonly name: string
      readonly runId: string
      readonly input: Json
    }
  | {
      readonly asked: 'event'
      readonly id: number
      readonly to: string
      readonly name: string
      readonly data: Json
    }

/** Something the interpreter was told; `at` is what the run's clock showed then. */
export type Heard = { readonly at: string } & (
  | { readonly told: 'result'; readonly id: number; readonly result: Json }
  | { readonly told: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly told: 'event'; readonly name: string; readonly data: Json }
)

/** How the history ended; a history without an end is that of a run under way. */
export type Ended =
  | { readonly ended: 'completed'; readonly output: Json }
  | { readonly ended: 'failed'; readonly failure: Failure }
  | { readonly ended: 'continued' }

/** What an interpreter asks for, as it is recorded. */
export function askedOf(action: Action): Asked {
  // What the interpreter gives to activities and children is JSON, since a hub has to keep it.
  if (action.do === 'activity')
    return { asked: 'activity', id: action.id, name: action.name, input: action.input as Json }
  if (action.do === 'timer')
    return { asked: 'timer', id: action.id, dueAt: new Date(action.dueAt).toISOString() }
  if (action.do === 'send')
    return { asked: 'event', id: action.id, to: action.to, name: action.event, data: action.data }
  const { id, name, instanceId, input } = action
  return { asked: 'child', id, name, runId: instanceId, input: input as Json }
}

/** What an interpreter is told, out of a recording. */
export function happeningOf(heard: Heard): Happening {
  const at = Date.parse(heard.at)
  if (heard.told === 'event') return { at, event: heard.name, data: heard.data }
  if (heard.told === 'result') return { at, task: heard.id, result: heard.result }
  return { at, task: heard.id, failure: heard.failure }
}

/** Records the histories of a simulation: of the run, and of each of its children. */
export class Recorder {
  readonly histories: RecordedHistory[] = []
  readonly #open = new Map<string, { readonly history: RecordedHistory; readonly events: RecordedEvent[] }>()

  watch(moment: Moment): void {
    const { at, run } = moment
    if (moment.is === 'begun') {
      const events: RecordedEvent[] = []
      const startedAt = new Date(at).toISOString()
      const { workflow, id: runId } = run
      const input = structuredClone(moment.input)
      const history = { format: historyFormat, workflow, runId, startedAt, input, events } as const
      this.#open.set(run.id, { history, events })
      this.histories.push(history)
    }
    const events = this.#open.get(run.id)?.events
    if (moment.is === 'asked') events?.push(askedOf(moment.action))
    if (moment.is === 'told') events?.push(heardOf(moment.happening))
    if (moment.is === 'ended') events?.push(endedOf(moment.end))
  }
}

function heardOf(happening: Happening): Heard {
  const at = new Date(happening.at).toISOString()
  if ('event' in happening) return { at, told: 'event', name: happening.event, data: happening.data }
  if ('failure' in happening) return { at, told: 'failure', id: happening.task, failure: happening.failure }
  return { at, told: 'result', id: happening.task, result: happening.result }
}

function endedOf(end: HistoryEnd): Ended {
  return end
}

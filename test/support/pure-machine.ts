import { project } from '../../engine/expressions/evaluate.ts'
import type { Json } from '../../engine/json.ts'
import type { Start } from '../../engine/language/definition.ts'
import { checkAgainst } from '../../engine/language/schema.ts'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import type { Report } from '../../engine/run.ts'
import type { Moment } from '../../engine/testing/moment.ts'
import { simulate, type Deed, type Stimulus } from '../../engine/testing/simulate.ts'
import { failureOf } from '../../engine/worker/thrown.ts'
import {
  activitiesOf,
  actor,
  callOf,
  definitionsOf,
  durationOf,
  sightOf,
  startOf,
  type Case,
  type Observed,
  type ObservedCall,
} from './case.ts'

/** Runs a case in memory, with a second interpreter that replays the history after every event. */
export async function runPurely(
  one: Case,
  limits?: Start['limits'],
  also: (moment: Moment) => void = () => {},
): Promise<Observed> {
  const definitions = definitionsOf(one)
  const reports: { readonly at: number; readonly report: Report }[] = []
  const refused: string[] = []
  const calls: ObservedCall[] = []
  let began: number | undefined
  const watch = (moment: Moment): void => {
    began ??= moment.at
    also(moment)
    if (moment.is === 'reported' && moment.run.isRoot) reports.push({ at: moment.at, report: moment.report })
    if (moment.is === 'noted') refused.push(moment.note)
  }
  const run = await simulate(
    startOf(one, definitions, limits),
    { definitions, perform: hostOf(one, calls), stimuli: stimuliOf(one) },
    { watch, mostEvents: 20_000 },
  )
  return {
    status: run.status,
    ...(run.output === undefined ? {} : { output: run.output }),
    ...(run.error === undefined ? {} : { error: run.error }),
    calls,
    elapsedMs: run.elapsedMs,
    report: run.report,
    refused,
    sights: (one.expect.sees ?? []).map(({ after }) => {
      const at = (began ?? 0) + durationOf(after)
      return sightOf(reports.findLast((told) => told.at <= at)?.report ?? {})
    }),
  }
}

/** An activity host as far as the interpreter can tell: schemas, `keep`, and what the case's scripts say. */
function hostOf(one: Case, calls: ObservedCall[]): (name: string, request: ActivityRequest) => Deed {
  const act = actor(one)
  return (name, request) => {
    const { input, keep } = request
    const { input: schema, output } = one.schemas?.[name] ?? {}
    const fits = checkAgainst(schema ?? true, input)
    if (!fits.ok) return refusal('activity.invalidInput')
    if (activitiesOf(one).includes(name)) calls.push(callOf(name, { ...request, input: fits.value }))
    const deed = act(name, fits.value)
    if ('fails' in deed) return deed
    const given = checkAgainst(output ?? true, deed.returns)
    if (!given.ok) return refusal('activity.invalidOutput')
    return keep === undefined ? deed : { ...deed, ...kept(keep, given.value) }
  }
}

function kept(keep: string, result: Json): Deed {
  try {
    return { returns: project(keep, result) }
  } catch (error) {
    return { fails: failureOf(error) }
  }
}

function refusal(type: string): Deed {
  return { fails: { type, message: type, retryable: false } }
}

function stimuliOf(one: Case): Stimulus[] {
  return [
    ...(one.events ?? []).map(({ after, name, data }) => ({
      afterMs: durationOf(after),
      event: name,
      data: data ?? null,
    })),
    ...(one.answers ?? []).map(({ after, step, data, reason }) => ({
      afterMs: durationOf(after),
      ...(data === undefined ? { decline: step, ...(reason && { reason }) } : { answer: step, data }),
    })),
    ...(one.cancel ? [{ afterMs: durationOf(one.cancel.after), cancel: true as const }] : []),
  ]
}

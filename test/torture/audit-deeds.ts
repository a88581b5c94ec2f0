import type { Check } from './audit.ts'
import type { Deed } from './deeds.ts'
import type { FileRecord, InstanceRecord } from './record.ts'

/** What the activities' own log must show. */
export const byDeeds: Readonly<Record<string, Check>> = {
  'a result that is recorded was made by an activity': function* ({ file, deeds }) {
    const ends = new Map(deeds.filter(({ what }) => what === 'end').map((deed) => [deed.by, deed]))
    for (const { key, by, run } of recordedIn(file)) {
      const end = by === undefined ? undefined : ends.get(by)
      if (by !== undefined && end?.key !== key)
        yield `Run "${run}" has a result of "${key}" that no activity gave (delivery ${by})`
    }
  },

  'what is recorded does not run again': function* ({ file, deeds }) {
    const begins = deedsByCall(deeds, 'begin')
    for (const { key, attempt, at, run } of recordedIn(file))
      for (const again of begins.get(`${key} ${attempt}`) ?? [])
        if (again.at > at)
          yield `"${key}" of run "${run}", attempt ${attempt}, began ${again.at - at} ms after its result had been recorded`
  },

  'what a later step was given does not run again': function* ({ deeds }) {
    const madeBy = new Map(deeds.filter(({ what }) => what === 'end').map((deed) => [deed.by, deed]))
    const closed = new Map<string, Deed>()
    for (const deed of deeds) {
      if (deed.what !== 'begin') continue
      const successor = closed.get(callOf(deed))
      if (successor)
        yield `"${deed.key}", attempt ${deed.attempt}, began although "${successor.key}" had its result`
      for (const by of deed.after) {
        const made = madeBy.get(by)
        if (!made) yield `"${deed.key}" was given a result of delivery ${by}, which gave none`
        else closed.set(callOf(made), deed)
      }
    }
  },

  'every delivery of a call is given the same': function* ({ deeds }) {
    const first = new Map<string, Deed>()
    for (const deed of deeds) {
      const before = first.get(deed.key)
      if (!before) first.set(deed.key, deed)
      else if (before.input !== deed.input)
        yield `"${deed.key}" was given ${before.input}, and then ${deed.input}: two results of one call were taken`
    }
  },

  'an attempt follows the failure of the one before': function* ({ deeds }) {
    const failed = new Set<string>()
    for (const { what, key, attempt } of deeds) {
      if (what === 'fail') failed.add(`${key} ${attempt}`)
      if (what === 'begin' && attempt > 1 && !failed.has(`${key} ${attempt - 1}`))
        yield `"${key}" began attempt ${attempt} before the one before had failed`
    }
  },

  'no timer fires early': function* ({ deeds }) {
    const ends = new Map(deeds.filter(({ what }) => what === 'end').map((deed) => [deed.by, deed]))
    for (const { what, key, after, pauseMs, at } of deeds) {
      if (what !== 'begin') continue
      for (const by of after) {
        const since = at - (ends.get(by)?.at ?? 0)
        if (since < pauseMs) yield `"${key}" began ${since} ms after what it waited ${pauseMs} ms for`
      }
    }
  },

  'a run that ended did all its work': function* ({ deeds, promised }) {
    for (const { id, deeds: wanted } of promised)
      for (const [value, count] of Object.entries(wanted)) {
        const done = deeds.filter(
          ({ what, run, input }) => what === 'end' && run === id && input.includes(`"${value}"`),
        )
        const begun = deeds.some(({ what, run }) => what === 'begin' && run === id)
        if (begun && done.length < count)
          yield `Run "${id}" did "${value}" ${done.length} times, not ${count}`
      }
  },
}

/** A result that stands in a history. */
interface Recorded {
  readonly run: string
  readonly key: string
  readonly attempt: number
  readonly at: number
  /** The delivery that gave it; absent: it is a failure. */
  readonly by: string | undefined
}

function* recordedIn(file: FileRecord): Generator<Recorded> {
  for (const instance of file.instances) {
    const calls = callsOf(instance)
    for (const event of instance.history) {
      const [completed, failed] = [event.getTaskcompleted(), event.getTaskfailed()]
      const call = calls.get(completed?.getTaskscheduledid() ?? failed?.getTaskscheduledid() ?? -1)
      const at = event.getTimestamp()?.toDate().getTime()
      if (!call || at === undefined) continue
      const result: unknown = JSON.parse(completed?.getResult()?.getValue() ?? 'null')
      yield { run: instance.id, ...call, at, by: textIn(result, 'by') }
    }
  }
}

/** The calls of the torture's activity, by the number of the action. */
function callsOf({
  id,
  history,
}: InstanceRecord): Map<number, { readonly key: string; readonly attempt: number }> {
  const calls = new Map<number, { readonly key: string; readonly attempt: number }>()
  for (const event of history) {
    const scheduled = event.getTaskscheduled()
    if (scheduled?.getName() !== 'work') continue
    const input: unknown = JSON.parse(scheduled.getInput()?.getValue() ?? 'null')
    const key = textIn(input, 'idempotencyKey') ?? `${id}/${textIn(input, 'path')}`
    calls.set(event.getEventid(), { key, attempt: Number(fieldIn(input, 'attempt') ?? 1) })
  }
  return calls
}

function deedsByCall(deeds: readonly Deed[], what: Deed['what']): Map<string, Deed[]> {
  return Map.groupBy(
    deeds.filter((deed) => deed.what === what),
    callOf,
  )
}

function callOf({ key, attempt }: Deed): string {
  return `${key} ${attempt}`
}

function textIn(value: unknown, name: string): string | undefined {
  const field = fieldIn(value, name)
  return typeof field === 'string' ? field : undefined
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

import { parseDuration, parseTimestamp } from '../expressions/duration.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Issue } from '../language/issue.ts'
import { parse } from '../language/parse.ts'
import { reportInto, type Report } from '../language/report.ts'
import { placeAt, sheetOf, type Sheet, type Source } from '../language/sheet.ts'
import { entryOf, fieldOf, itemsOf, valueOf, type Written } from '../language/written.ts'
import type { Deed, Reply, Stimulus } from './simulate.ts'
import { checkTestStructure } from './test-structure.ts'

/** A `NAME.test.yaml`, read and found to be in the right form. */
export interface TestFile {
  readonly file: string
  /** `name` or `name@range`. */
  readonly workflow: string
  readonly cases: readonly TestCase[]
  /** What stands in the file, and the way to say what is wrong with it. */
  readonly root: Written
  readonly report: Report
}

/** One run and what is expected of it; what all cases are given is already in it. */
export interface TestCase {
  readonly name: string
  readonly line: number
  readonly input: Json
  /** What each activity or child does, call by call; the last one repeats. */
  readonly mocks: Readonly<Record<string, readonly Deed[]>>
  readonly config: JsonObject
  /** Epoch ms. */
  readonly startsAt?: number
  readonly answers: readonly PlannedAnswer[]
  readonly stimuli: readonly Stimulus[]
  readonly expect: Expected
}

/** What somebody says to the next question of a step; its time counts from when it is asked. */
export type PlannedAnswer = Reply & { readonly step: string }

/** What a case says about its run; what is absent is not compared. */
export interface Expected {
  readonly status?: string
  readonly output?: Json
  readonly error?: {
    readonly type?: string
    readonly message?: string
    readonly step?: string
    readonly data?: Json
  }
  readonly elapsed?: Json
  readonly calls?: Readonly<Record<string, number>>
  readonly inputs?: Readonly<Record<string, readonly Json[]>>
  readonly questions?: readonly { readonly step?: string; readonly prompt?: string }[]
}

/** Reads a test file; without a `test` it is not in the right form, and `issues` say why. */
export function readTest(source: Source): { readonly test?: TestFile; readonly issues: Issue[] } {
  const sheet = sheetOf(source)
  const issues: Issue[] = []
  const report = reportInto(issues, sheet)
  const { root, isWhole } = parse(sheet, (code, span, message, hint) =>
    code === 'yaml.empty'
      ? report(code, span, 'The file holds no test', 'A test needs at least `workflow` and `cases`')
      : report(code, span, message, hint),
  )
  if (!root || !isWhole || issues.length > 0) return { issues }
  checkTestStructure(root, sheet, report)
  if (issues.length === 0) checkTimes(root, report)
  return issues.length > 0 ? { issues } : { test: lowered(root, sheet, report), issues }
}

/** Patterns let some pass that are none: `2h3d`, 30 February. */
function checkTimes(root: Written, report: Report): void {
  for (const { key, value } of timesIn(root)) {
    const written = valueOf(value)
    if (key === 'startsAt') {
      if (parseTimestamp(written) === undefined)
        report(
          'timestamp.invalid',
          value,
          `${JSON.stringify(written)} is not a time`,
          'For example: 2030-01-31T09:00:00Z',
        )
    } else if (parseDuration(written) === undefined)
      report(
        'duration.invalid',
        value,
        `${JSON.stringify(written)} is not a duration`,
        'For example: 500ms, 30s, 1h30m, 2d, PT1H or { hours: 1 }',
      )
  }
}

function timesIn(root: Written): { key: string; value: Written }[] {
  const given = fieldOf(root, 'given')
  const cases = itemsOf(fieldOf(root, 'cases'))
  const inside = cases.flatMap((one) => [
    ...itemsOf(fieldOf(one, 'answer')).map((answer) => entryOf(answer, 'after')),
    ...itemsOf(fieldOf(one, 'events')).map((event) => entryOf(event, 'after')),
    entryOf(fieldOf(one, 'cancel'), 'after'),
    entryOf(fieldOf(one, 'expect'), 'elapsed'),
  ])
  const around = [given, ...cases].flatMap((part) => [
    entryOf(part, 'startsAt'),
    ...takesIn(fieldOf(part, 'mocks')),
  ])
  return [...inside, ...around].filter((entry) => entry !== undefined)
}

function takesIn(mocks: Written | undefined): ReturnType<typeof entryOf>[] {
  const entries = mocks?.type === 'map' ? mocks.entries : []
  return entries.flatMap(({ value }) =>
    (value.type === 'list' ? value.items : [value]).map((result) => entryOf(result, '$takes')),
  )
}

function lowered(root: Written, sheet: Sheet, report: Report): TestFile {
  // The structure was checked: from here on, what is written is what the schema says.
  const { workflow, given, cases } = valueOf(root) as unknown as WrittenTest
  const places = itemsOf(fieldOf(root, 'cases')).map(({ start }) => placeAt(sheet, start)[0])
  return {
    file: sheet.file,
    workflow,
    cases: cases.map((one, index) => loweredCase(one, given ?? {}, places[index] ?? 1)),
    root,
    report,
  }
}

interface WrittenTest {
  readonly workflow: string
  readonly given?: Given
  readonly cases: readonly WrittenCase[]
}

interface Given {
  readonly input?: Json
  readonly mocks?: JsonObject
  readonly config?: JsonObject
  readonly startsAt?: string
}

interface WrittenCase extends Given {
  readonly name: string
  readonly answer?: readonly WrittenAnswer[]
  readonly events?: readonly { readonly event: string; readonly after?: Json; readonly data?: Json }[]
  readonly cancel?: { readonly after?: Json }
  readonly expect: Expected
}

function loweredCase(one: WrittenCase, given: Given, line: number): TestCase {
  const startsAt = parseTimestamp(one.startsAt ?? given.startsAt ?? null)
  return {
    name: one.name,
    line,
    input: one.input ?? given.input ?? {},
    mocks: Object.fromEntries(
      Object.entries({ ...given.mocks, ...one.mocks }).map(([name, mock]) => [name, deedsOf(mock)]),
    ),
    config: { ...given.config, ...one.config },
    ...(startsAt !== undefined && { startsAt }),
    answers: (one.answer ?? []).map(answerOf),
    stimuli: [
      ...(one.events ?? []).map(({ event, after, data = null }) => ({ afterMs: msOf(after), event, data })),
      ...(one.cancel ? [{ afterMs: msOf(one.cancel.after), cancel: true as const }] : []),
    ],
    expect: one.expect,
  }
}

interface WrittenAnswer {
  readonly step: string
  readonly after?: Json
  readonly data?: Json
  readonly decline?: boolean | string
}

function answerOf({ step, after, data = null, decline = false }: WrittenAnswer): PlannedAnswer {
  const when = { step, afterMs: msOf(after) }
  if (decline === false) return { ...when, data }
  return { ...when, declined: true, ...(decline !== true && { reason: decline }) }
}

function deedsOf(mock: Json): readonly Deed[] {
  return Array.isArray(mock) ? mock.map(deedOf) : [deedOf(mock)]
}

function deedOf(result: Json): Deed {
  if (!isJsonObject(result)) return { returns: result }
  const { $takes, $returns, error, ...others } = result
  const isMarked = $takes !== undefined || $returns !== undefined
  if (!isMarked && (error === undefined || Object.keys(others).length > 0)) return { returns: result }
  const takes = $takes === undefined ? {} : { takesMs: msOf($takes) }
  if (error === undefined) return { ...takes, returns: $returns ?? null }
  const { type, message = type, retryable = true, data } = error as unknown as WrittenFailure
  return { ...takes, fails: { type, message, ...(data !== undefined && { data }), retryable } }
}

interface WrittenFailure {
  readonly type: string
  readonly message?: string
  readonly data?: Json
  readonly retryable?: boolean
}

function msOf(duration: Json | undefined): number {
  return duration === undefined ? 0 : (parseDuration(duration) ?? 0)
}

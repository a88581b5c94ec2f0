import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { configOf } from '../../engine/config.ts'
import { parseDuration } from '../../engine/expressions/duration.ts'
import type { Failure } from '../../engine/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../../engine/json.ts'
import type { ActivityCatalog } from '../../engine/language/catalog.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import { checkAgainst } from '../../engine/language/schema.ts'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import { type Report, standsAlone } from '../../engine/run.ts'
import type { Deed } from '../../engine/testing/simulate.ts'

/** What an activity answers, call by call; the last answer repeats. `echo` needs no script: it returns its input. */
export type Script = readonly ({ readonly takes?: string } & (
  | { readonly returns: Json }
  | { readonly error: Partial<Failure> & { readonly type: string } }
))[]

/** A conformance case of the language, run on every machine. */
export interface Case {
  readonly definition: JsonObject
  readonly workflows?: readonly JsonObject[]
  readonly input?: Json
  readonly activities?: Readonly<Record<string, Script>>
  /** What the activities declare. */
  readonly schemas?: ActivityCatalog
  /** What the run is started with: how much history it may gather, and what its hub takes in one message. */
  readonly limits?: Start['limits']
  /** The environment, for `config`. */
  readonly env?: Readonly<Record<string, string>>
  readonly events?: readonly { readonly after?: string; readonly name: string; readonly data?: Json }[]
  /** An answer without data declines the question. */
  readonly answers?: readonly CaseAnswer[]
  readonly cancel?: { readonly after?: string }
  readonly expect: Expected
}

export interface CaseAnswer {
  readonly after?: string
  readonly step: string
  readonly data?: Json
  readonly reason?: string
}

export interface Expected {
  /** `stuck`: it waits for what never comes. */
  readonly status?: string
  readonly output?: Json
  /** Every field given here must be equal. */
  readonly error?: JsonObject
  /** How often each activity was called. */
  readonly calls?: Readonly<Record<string, number>>
  /** What each activity was given, in the order of its calls. */
  readonly inputs?: Readonly<Record<string, readonly Json[]>>
  /** The idempotency keys that each activity was given, in the order of its calls; `<run>` stands for the run's id. */
  readonly keys?: Readonly<Record<string, readonly string[]>>
  /** The names of all activities called, in order. */
  readonly order?: readonly string[]
  /** Virtual time from start to end. */
  readonly elapsed?: string
  /** Each must be contained in a warning of the run; an empty list: there is none. */
  readonly warnings?: readonly string[]
  /** Each must be contained in what somebody was told who answered wrongly. */
  readonly refused?: readonly string[]
  /** The last status line. */
  readonly message?: string
  /** What the run tells about itself at some times. */
  readonly sees?: readonly Sight[]
}

export interface Sight {
  readonly after: string
  readonly message?: string
  readonly cancelling?: boolean
  readonly questions?: readonly JsonObject[]
}

/** What a machine says about a run of a case. */
export interface Observed {
  readonly status: string
  readonly output?: Json
  readonly error?: Failure
  readonly calls: readonly ObservedCall[]
  readonly elapsedMs: number
  readonly report: Report
  readonly refused: readonly string[]
  /** In the order of `sees`. */
  readonly sights: readonly Omit<Sight, 'after'>[]
}

export interface ObservedCall {
  readonly name: string
  readonly input: Json
  readonly key: string
}

/**
 * The cases of a file, by what they are about. A file is one case, or a table: what is common to all, and `rows` by
 * name, each with what is different; a list is the steps of the definition.
 */
export function casesIn(file: string): readonly (readonly [name: string, one: Case])[] {
  const { rows, ...common } = parse(readFileSync(file, 'utf8')) as Case & { readonly rows?: Rows }
  const title = file
    .replace(/^.*cases\//, '')
    .replace(/\.yaml$/, '')
    .replaceAll('-', ' ')
  if (!rows) return [[title, common]]
  return Object.entries(rows).map(([name, row]) => [`${title}: ${name}`, merged(common, row)])
}

type Rows = Readonly<Record<string, Partial<Case> | readonly Json[]>>

function merged(common: Case, row: Rows[string]): Case {
  const different: Partial<Case> = isList(row) ? { definition: { steps: row } } : row
  return {
    ...common,
    ...different,
    definition: { ...common.definition, ...different.definition },
    activities: { ...common.activities, ...different.activities },
    expect: { ...common.expect, ...different.expect },
  }
}

function isList(row: Rows[string]): row is readonly Json[] {
  return Array.isArray(row)
}

/** The case's definitions, the main one first; they must have no errors. */
export function definitionsOf(one: Case): readonly Definition[] {
  const documents = [one.definition, ...(one.workflows ?? [])]
  const sources = documents.map((document, index) => ({
    file: `case-${index}.yaml`,
    text: stringify(document),
  }))
  const { definitions, issues } = compile(sources, one.schemas && { ...namesOf(one), ...one.schemas })
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw new Error(
      errors.map(({ code, message, hint, line }) => `${line}: ${code}: ${message} ${hint ?? ''}`).join('\n'),
    )
  return definitions.toSorted((a, b) => a.file.localeCompare(b.file))
}

function namesOf(one: Case): ActivityCatalog {
  return Object.fromEntries(activitiesOf(one).map((name) => [name, {}]))
}

/** The names of the activities that the case's host has. */
export function activitiesOf({ activities = {} }: Case): readonly string[] {
  return ['echo', ...Object.keys(activities)]
}

export function startOf(one: Case, [definition]: readonly Definition[], limits?: Start['limits']): Start {
  if (!definition) throw new Error('the case has no definition')
  const checked = checkAgainst(definition.input ?? true, one.input ?? null)
  if (!checked.ok) throw new Error(`The case's input does not fit: ${JSON.stringify(checked.problems)}`)
  const config = configOf(definition, one.env ?? {})
  const all = one.limits || limits ? { limits: { ...one.limits, ...limits } } : {}
  return { definition, input: checked.value, config, ...standsAlone, ...all }
}

/** Answers calls as the case's scripts say. */
export function actor(one: Case): (name: string, input: Json) => Deed {
  const counts = new Map<string, number>()
  return (name, input) => {
    const script = one.activities?.[name]
    if (!script && name === 'echo') return { returns: input }
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    const line = script?.[Math.min(count, script.length - 1)]
    if (!line)
      return { fails: { type: 'activity.unknown', message: `No script for "${name}"`, retryable: false } }
    const takesMs = line.takes === undefined ? {} : { takesMs: durationOf(line.takes) }
    if ('returns' in line) return { ...takesMs, returns: line.returns }
    const { type, message = type, retryable = true, ...more } = line.error
    return { ...takesMs, fails: { ...more, type, message, retryable } }
  }
}

export function durationOf(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? NaN)
}

export function callOf(
  name: string,
  { input, idempotencyKey, runId }: Pick<ActivityRequest, 'input' | 'idempotencyKey' | 'runId'>,
): ObservedCall {
  return { name, input, key: idempotencyKey.replace(runId, '<run>') }
}

/** What a look at a run shows. */
export function sightOf({ message, cancelling, questions = [] }: Report): Omit<Sight, 'after'> {
  return {
    ...(message === undefined ? {} : { message }),
    cancelling: cancelling ?? false,
    questions: questions.map((question) => ({ ...question })),
  }
}

/** The part of what was observed that the case says something about, in the case's own shape: compare with `expect`. */
export function comparable(observed: Observed, expected: Expected): Expected {
  const { status, error, calls, report } = observed
  const output =
    observed.output === undefined ? `no output; ${status}: ${JSON.stringify(error)}` : observed.output
  const of = <Field extends keyof ObservedCall>(wanted: string, field: Field): ObservedCall[Field][] =>
    calls.filter(({ name }) => name === wanted).map((call) => call[field])
  const each = <Field extends keyof ObservedCall>(names: object, field: Field) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, of(name, field)]))
  const counts = Object.fromEntries(calls.map(({ name }) => [name, of(name, 'key').length]))
  const elapsed = durationOf(expected.elapsed)
  return {
    status,
    ...(expected.output !== undefined && { output }),
    ...(expected.error && { error: alike(error, expected.error) as JsonObject }),
    ...(expected.calls && { calls: counts }),
    ...(expected.inputs && { inputs: each(expected.inputs, 'input') }),
    ...(expected.keys && { keys: each(expected.keys, 'key') }),
    ...(expected.order && { order: calls.map(({ name }) => name) }),
    ...(expected.elapsed !== undefined && {
      elapsed: observed.elapsedMs === elapsed ? expected.elapsed : `${observed.elapsedMs}ms`,
    }),
    ...(expected.warnings && { warnings: containing(report.warnings ?? [], expected.warnings) }),
    ...(expected.refused && { refused: containing(observed.refused, expected.refused) }),
    ...(expected.message !== undefined && { message: report.message ?? '' }),
    ...(expected.sees && {
      sees: expected.sees.map(
        (sight, index) => alike({ ...observed.sights[index], after: sight.after }, sight) as Sight,
      ),
    }),
  }
}

/** `expect` with the status it implies. */
export function expectedOf({ expect }: Case): Expected {
  return {
    status: expect.error ? (expect.error['type'] === 'cancelled' ? 'cancelled' : 'failed') : 'completed',
    ...expect,
  }
}

/** The texts that were expected, where they were found; all that were, where none was expected. */
function containing(found: readonly string[], expected: readonly string[]): readonly string[] {
  if (expected.length === 0) return found
  return expected.map((text) =>
    found.some((line) => line.includes(text)) ? text : `no ${text} in ${found.join('; ')}`,
  )
}

/** The parts of `found` that `like` has too: keys of maps, however deep; lists as a whole. */
function alike(found: unknown, like: unknown): unknown {
  if (isDeepStrictEqual(found, like)) return found
  if (Array.isArray(found) && Array.isArray(like) && found.length === like.length)
    return found.map((item, index) => alike(item, like[index]))
  if (!isJsonObject(found as Json) || !isJsonObject(like as Json)) return found
  const keys = Object.keys(like as object).filter((key) => key in (found as object))
  return Object.fromEntries(
    keys.map((key) => [key, alike(Reflect.get(found as object, key), Reflect.get(like as object, key))]),
  )
}

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { parseDuration } from '../../engine/expressions/duration.ts'
import type { Failure } from '../../engine/failure.ts'
import type { Json, JsonObject } from '../../engine/json.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import { checkAgainst } from '../../engine/language/schema.ts'
import type { Deed, Stimulus } from '../../engine/testing/simulate.ts'

/** What an activity answers, call by call; the last answer repeats. `echo` needs no script: it returns its input. */
export type Script = readonly ({ readonly takes?: string } & (
  | { readonly returns: Json }
  | { readonly error: Partial<Failure> & { readonly type: string } }
))[]

/** A conformance case of the language: one YAML file, run on every machine. */
export interface Case {
  readonly definition: JsonObject
  readonly workflows?: readonly JsonObject[]
  readonly input?: Json
  readonly activities?: Readonly<Record<string, Script>>
  readonly events?: readonly { readonly after?: string; readonly name: string; readonly data?: Json }[]
  readonly answers?: readonly { readonly after?: string; readonly step: string; readonly data: Json }[]
  readonly cancel?: { readonly after?: string }
  readonly expect: Expected
}

export interface Expected {
  readonly status?: string
  readonly output?: Json
  /** Every field given here must be equal. */
  readonly error?: JsonObject
  /** How often each activity was called. */
  readonly calls?: Readonly<Record<string, number>>
  /** What each activity was given, in the order of its calls. */
  readonly inputs?: Readonly<Record<string, readonly Json[]>>
  /** The names of all activities called, in order. */
  readonly order?: readonly string[]
  /** Virtual time from start to end; only where time is virtual. */
  readonly elapsed?: string
  /** Each must be contained in a warning of the run. */
  readonly warnings?: readonly string[]
}

/** What a machine says about a run of a case. */
export interface Observed {
  readonly status: string
  readonly output?: Json
  readonly error?: Failure
  readonly calls: readonly { readonly name: string; readonly input: Json }[]
  readonly elapsedMs?: number
  readonly warnings: readonly string[]
}

export function readCase(file: string): Case {
  return parse(readFileSync(file, 'utf8')) as Case
}

/** The case's definitions, the main one first; they must have no errors. */
export function definitionsOf(one: Case): readonly Definition[] {
  const documents = [one.definition, ...(one.workflows ?? [])]
  const sources = documents.map((document, index) => ({
    file: `case-${index}.yaml`,
    text: stringify(document),
  }))
  const { definitions, issues } = compile(sources)
  const errors = issues.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw new Error(
      errors.map(({ code, message, hint, line }) => `${line}: ${code}: ${message} ${hint ?? ''}`).join('\n'),
    )
  const inOrder = documents.map(({ name }) => definitions.find((definition) => definition.name === name))
  return inOrder.filter((definition) => definition !== undefined)
}

export function startOf(one: Case, definition: Definition, limits?: Start['limits']): Start {
  const checked = checkAgainst(definition.input ?? true, one.input ?? null)
  if (!checked.ok) throw new Error(`The case's input does not fit: ${JSON.stringify(checked.problems)}`)
  return { definition, input: checked.value, config: definition.config, ...(limits ? { limits } : {}) }
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

export function stimuliOf(one: Case): Stimulus[] {
  return [
    ...(one.events ?? []).map(({ after, name, data }) => ({
      afterMs: durationOf(after),
      event: name,
      data: data ?? null,
    })),
    ...(one.answers ?? []).map(({ after, step, data }) => ({
      afterMs: durationOf(after),
      answer: step,
      data,
    })),
    ...(one.cancel ? [{ afterMs: durationOf(one.cancel.after), cancel: true as const }] : []),
  ]
}

export function durationOf(text: string | undefined): number {
  return text === undefined ? 0 : (parseDuration(text) ?? NaN)
}

/** The part of what was observed that the case says something about, in the case's own shape: compare with `expect`. */
export function comparable(observed: Observed, expected: Expected): Expected {
  const { output, error, calls, inputs, order, elapsed, warnings } = expected
  const names = [...new Set(observed.calls.map(({ name }) => name))]
  const inputsOf = (wanted: string): Json[] =>
    observed.calls.filter(({ name }) => name === wanted).map(({ input }) => input)
  return {
    status: observed.status,
    ...(output === undefined
      ? {}
      : {
          output:
            observed.output === undefined ? `no output; ${JSON.stringify(observed.error)}` : observed.output,
        }),
    ...(error ? { error: pick(observed.error, error) } : {}),
    ...(calls ? { calls: Object.fromEntries(names.map((name) => [name, inputsOf(name).length])) } : {}),
    ...(inputs
      ? { inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, inputsOf(name)])) }
      : {}),
    ...(order ? { order: observed.calls.map(({ name }) => name) } : {}),
    ...(elapsed === undefined
      ? {}
      : {
          elapsed:
            observed.elapsedMs === undefined || observed.elapsedMs === durationOf(elapsed)
              ? elapsed
              : `${observed.elapsedMs}ms`,
        }),
    ...(warnings
      ? {
          warnings: warnings.map((text) =>
            observed.warnings.find((line) => line.includes(text)) === undefined ? `no ${text}` : text,
          ),
        }
      : {}),
  }
}

/** `expect` with the status it implies. */
export function expectedOf({ expect }: Case): Expected {
  return {
    status: expect.error ? (expect.error['type'] === 'cancelled' ? 'cancelled' : 'failed') : 'completed',
    ...expect,
  }
}

function pick(from: JsonObject | undefined, like: JsonObject): JsonObject {
  const picked: Record<string, Json> = {}
  for (const [key, wanted] of Object.entries(like)) {
    const value = from?.[key]
    if (value === undefined) continue
    picked[key] =
      isRecord(wanted) && isRecord(value) && !isDeepStrictEqual(value, wanted) ? pick(value, wanted) : value
  }
  return picked
}

function isRecord(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

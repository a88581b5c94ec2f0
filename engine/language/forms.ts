import type { Json } from '../json.ts'
import type { IssueCode } from './codes.ts'

/** What a value must be: in words, with the code of the issue when it is not, and what would be right. */
export interface Form {
  readonly code: IssueCode
  readonly noun: string
  readonly hint?: string
  /** What would be right instead of this value, where that can be told. */
  readonly cure?: (value: Json) => string | undefined
}

/** The forms of values, by their names among the schema's `$defs`, or by the key where the form has only one place. */
export const forms: Readonly<Record<string, Form>> = {
  workflowName: {
    code: 'name.invalid',
    noun: 'a name: lower case letters, digits and dashes, starting with a letter, at most 63 of them',
    hint: 'For example: order-processing',
  },
  workflowRef: {
    code: 'name.invalid',
    noun: 'the name of a workflow, or name@range',
    hint: 'For example: ship-order, or ship-order@^1.0',
  },
  version: {
    code: 'version.invalid',
    noun: 'a semantic version as text',
    hint: 'For example: 1.2.0',
  },
  identifier: identifier(),
  stepId: identifier(),
  activityName: {
    code: 'value.form',
    noun: 'the name of an activity',
    hint: 'Write the name alone; the input goes into "with", beside it',
  },
  eventName: { code: 'value.form', noun: 'the name of an event', hint: 'For example: paid' },
  errorType: {
    code: 'errorType.invalid',
    noun: 'a dotted type of an error',
    hint: 'For example: order.rejected',
  },
  errorGlob: globs(),
  errorGlobs: globs(),
  duration: {
    code: 'duration.invalid',
    noun: 'a duration with a unit',
    hint: 'For example: 500ms, 30s, 5m, 1h30m, 2d, PT1H or { hours: 1 }',
    cure: durationMeant,
  },
  timestamp: {
    code: 'timestamp.invalid',
    noun: 'a time as text, with its zone',
    hint: 'For example: 2030-01-31T09:00:00Z, or ${ $input.dueAt }',
  },
  condition: {
    code: 'value.form',
    noun: 'a condition: JSONata, or true or false',
    hint: 'For example: $input.amount > 1000',
  },
  expression: { code: 'value.form', noun: 'JSONata as text', hint: 'For example: "{\'id\': id}"' },
  lambda: {
    code: 'value.form',
    noun: 'a JSONata function as text',
    hint: 'For example: function($net) { $net * 1.19 }',
  },
  text: { code: 'value.form', noun: 'a text' },
  count: { code: 'value.form', noun: 'a whole number from 1, or ${ … }' },
  factor: { code: 'value.form', noun: 'a number from 1, or ${ … }' },
  tolerance: {
    code: 'value.form',
    noun: 'a whole number from 0, a percentage, or ${ … }',
    hint: 'For example: 3, or 20%',
  },
  flag: { code: 'value.form', noun: 'true or false', hint: 'YAML 1.2 reads yes, no, on and off as texts' },
  yes: { code: 'value.form', noun: 'true', hint: 'Put a condition into "if", beside it' },
  listTemplate: {
    code: 'value.form',
    noun: 'a list, or ${ … }',
    hint: 'For example: ${ $input.orders }',
  },
  steps: steps(),
  body: steps(),
  step: {
    code: 'value.form',
    noun: 'a map with one kind, such as "call"',
    hint: 'For example: - call: log',
  },
  branches: {
    code: 'value.form',
    noun: 'a map of branches, each a name and a list of steps',
    hint: 'For example: { fraud: [ … ], stock: [ … ] }',
  },
  jsonSchema: {
    code: 'schema.invalid',
    noun: 'a JSON Schema: a map, or true or false',
    hint: 'For example: { type: object, properties: { sku: { type: string } } }',
  },
  retry: {
    code: 'value.form',
    noun: 'a policy, the name of one, or a list of them',
    hint: 'For example: { maxAttempts: 5, delay: 2s }',
    cure: (value) => (typeof value === 'number' && value > 0 ? `Write { maxAttempts: ${value} }` : undefined),
  },
  retryItem: { code: 'value.form', noun: 'a policy, or the name of one' },
  retryPolicy: { code: 'value.form', noun: 'a policy', hint: 'For example: { maxAttempts: 5, delay: 2s }' },
  maxAttempts: {
    code: 'retry.attempts',
    noun: 'a whole number from 1',
    hint: 'It counts the first attempt: leave "retry" out to try only once',
  },
  jitter: { code: 'value.form', noun: 'true, false, or a share from 0 to 1', hint: 'For example: 0.2' },
  backoff: { code: 'value.form', noun: 'a number from 1', hint: 'For example: 2' },
  compensate: {
    code: 'value.form',
    noun: 'one call, or one workflow',
    hint: 'For example: { call: inventory.release, with: { id: "${ $result.id }" } }',
  },
  catch: {
    code: 'value.form',
    noun: 'a list of clauses',
    hint: 'For example: [{ on: [timeout], steps: [ … ] }]',
  },
}

/** Seconds are what a bare number most often means, and words have an abbreviation. */
function durationMeant(value: Json): string | undefined {
  if (typeof value === 'number' && value > 0) return `Write ${value}s for seconds, or ms, m, h, d`
  const [, count = '', unit] = /^(\d+)\s*([a-z]+)$/i.exec(typeof value === 'string' ? value : '') ?? []
  const known = units.find(([words]) => unit !== undefined && words.test(unit))
  return known && `Write ${count}${known[1]}`
}

const units: readonly (readonly [words: RegExp, unit: string])[] = [
  [/^milli(?:second)?s?$/i, 'ms'],
  [/^s(?:ec(?:ond)?s?)?$/i, 's'],
  [/^m(?:in(?:ute)?s?)?$/i, 'm'],
  [/^h(?:(?:ou)?rs?)?$/i, 'h'],
  [/^d(?:ays?)?$/i, 'd'],
  [/^w(?:eeks?)?$/i, 'w'],
]

function identifier(): Form {
  return {
    code: 'name.invalid',
    noun: 'a name of letters, digits and _, not starting with a digit',
    hint: 'For example: reserveStock',
  }
}

function globs(): Form {
  return {
    code: 'errorType.invalid',
    noun: 'a list of types of errors, * for any part',
    hint: 'For example: [timeout, payment.*]',
  }
}

function steps(): Form {
  return { code: 'value.form', noun: 'a list of steps', hint: 'Start each step with "- "' }
}

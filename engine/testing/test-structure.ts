import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import schema from '../../schemas/workflow-test.schema.json' with { type: 'json' }
import type { IssueCode } from '../language/codes.ts'
import { keysOf } from '../language/keys.ts'
import { nearest } from '../language/names.ts'
import type { Report } from '../language/report.ts'
import type { Sheet, Span } from '../language/sheet.ts'
import { nouns } from '../language/structure-errors.ts'
import { entryOf, textOf, valueOf, type Entry, type Written, writtenAt } from '../language/written.ts'

/** Checks the form of a test file: the schema that editors use decides. */
export function checkTestStructure(root: Written, sheet: Sheet, report: Report): void {
  const validate = (compiled ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    logger: false,
  }).compile(schema))
  if (validate(valueOf(root))) return
  const said = new Set<number>()
  for (const error of relevant(validate.errors ?? [])) {
    const { value, entry } = writtenAt(root, error.instancePath)
    const place: Place = { error, value, sheet, ...(entry && { entry }), noun: nounOf(error, entry) }
    const { code, span, message, hint } = (rules[error.keyword] ?? wrongForm)(place)
    if (!said.has(span.start)) report(code, span, message, hint)
    said.add(span.start)
  }
}

/** An `if` only repeats what its branch said, and a key that is missing because it is misspelt is told as misspelt. */
function relevant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const slips = new Set(
    errors.flatMap(({ keyword, instancePath, params, parentSchema }) =>
      keyword === 'additionalProperties'
        ? [`${instancePath} ${nearest(String(params['additionalProperty']), keysOf(parentSchema))}`]
        : [],
    ),
  )
  return errors.filter(({ keyword, instancePath, params }) => {
    if (keyword === 'required') return !slips.has(`${instancePath} ${String(params['missingProperty'])}`)
    return keyword !== 'if' && keyword !== 'dependentSchemas'
  })
}

let compiled: ValidateFunction | undefined

interface Place {
  readonly error: ErrorObject
  readonly value: Written
  readonly sheet: Sheet
  readonly entry?: Entry
  /** What the value is, in words. */
  readonly noun: string
}

interface Complaint {
  readonly code: IssueCode
  readonly span: Span
  readonly message: string
  readonly hint?: string
}

const rules: Readonly<Record<string, (place: Place) => Complaint>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  enum: wrongChoice,
  minItems: empty,
  minProperties: empty,
  minLength: empty,
  'false schema': contradiction,
}

/** The maps in which a key may stand, outermost first, and what people call them. */
const maps: readonly (readonly [noun: string, schema: object])[] = [
  ['a test file', schema],
  ['"given"', schema.properties.given],
  ['a case', schema.$defs.case],
  ['"expect"', schema.$defs.expect],
]

const items: Readonly<Record<string, string>> = {
  cases: 'a case',
  answer: 'an answer',
  events: 'an event',
  questions: 'a question',
}

function nounOf(error: ErrorObject, entry: Entry | undefined): string {
  if (!entry) return 'a test file'
  const isItem = /\/\d+$/.test(error.instancePath)
  return isItem ? (items[entry.key] ?? `an item of "${entry.key}"`) : `"${entry.key}"`
}

function unknownKey({ error, value, noun }: Place): Complaint {
  const key = String(error.params['additionalProperty'])
  const span = entryOf(value, key)?.keySpan ?? value
  const known = keysOf(error.parentSchema)
  const homes = maps.filter(([, map]) => keysOf(map).includes(key)).map(([home]) => home)
  if (homes.length > 0 && maps.some(([, map]) => map === error.parentSchema))
    return {
      code: 'key.misplaced',
      span,
      message: `"${key}" is not a key of ${noun}`,
      hint: `It belongs into ${homes.join(' or ')}`,
    }
  const meant = nearest(key, known)
  return {
    code: 'key.unknown',
    span,
    message: `"${key}" is not a key of ${noun}`,
    hint: meant === undefined ? `Keys: ${known.join(', ')}` : `Did you mean "${meant}"?`,
  }
}

function missingKey({ error, value, noun, entry }: Place): Complaint {
  const key = String(error.params['missingProperty'])
  const reasons: Readonly<Record<string, string>> = {
    expect: 'Add "expect": a case that expects nothing tests nothing',
    workflow: 'Add "workflow": the name of the one that is tested',
  }
  const span = noun.startsWith('"') ? (entry?.keySpan ?? value) : headOf(value)
  const hint = reasons[key] ?? `Add "${key}"`
  return { code: 'key.missing', span, message: `${sentence(noun)} needs "${key}"`, hint }
}

function wrongChoice(place: Place): Complaint {
  const choices = (place.error.params['allowedValues'] as readonly unknown[]).map(String)
  const meant = nearest(textOf(place.value) ?? '', choices)
  return {
    code: 'value.choice',
    span: solid(place),
    message: `${sentence(place.noun)} must be ${choices.map((choice) => `"${choice}"`).join(' or ')}, not ${found(place.value)}`,
    ...(meant !== undefined && { hint: `Did you mean "${meant}"?` }),
  }
}

function empty(place: Place): Complaint {
  const { error, noun } = place
  const what = { minItems: 'at least one item', minProperties: 'at least one key', minLength: 'a text' }
  const needed = what[error.keyword as keyof typeof what]
  return {
    code: 'value.empty',
    span: solid(place),
    message: `${sentence(noun)} is empty; it needs ${needed}`,
  }
}

function contradiction(place: Place): Complaint {
  return {
    code: 'key.misplaced',
    span: place.entry?.keySpan ?? place.value,
    ...(place.entry?.key === 'data'
      ? {
          message: 'A question is either answered or declined: "data" and "decline" do not go together',
          hint: 'Leave one of them out',
        }
      : {
          message: 'A call either returns or fails: "$returns" and "error" do not go together',
          hint: 'Leave one of them out; a list of results says what happens call by call',
        }),
  }
}

/** What values of a certain form must be, by the part of the schema that says so. */
const forms: readonly (readonly [part: object, code: IssueCode, what: string, example: string])[] = [
  [
    schema.$defs.duration,
    'duration.invalid',
    'a duration with a unit',
    '500ms, 30s, 5m, 1h30m, 2d, PT1H or { hours: 1 }',
  ],
  [schema.$defs.instant, 'timestamp.invalid', 'a time as text, with its zone', '2030-01-31T09:00:00Z'],
  [
    schema.properties.workflow,
    'name.invalid',
    'the name of a workflow, or name@range',
    'ship-order, or ship-order@^1.0',
  ],
  [
    schema.$defs.failure.properties.type,
    'errorType.invalid',
    'a dotted type of an error',
    'payment.declined',
  ],
]

function wrongForm(place: Place): Complaint {
  const { error, value, noun } = place
  const form = forms.find(([part]) => part === error.parentSchema)
  const type = [error.params['type']].flat().map((name) => nouns[String(name)] ?? '')
  const what =
    form?.[2] ?? (error.keyword === 'type' ? type.join(' or ') : error.message?.replace(/^must be /, ''))
  const example = form?.[3] ?? exampleIn(error.parentSchema)
  return {
    code: form?.[1] ?? 'value.form',
    span: solid(place),
    message: `${sentence(noun)} must be ${what}, not ${found(value)}`,
    ...(example !== undefined && { hint: `For example: ${example}` }),
  }
}

function exampleIn(part: object | undefined): string | undefined {
  const examples = part && 'examples' in part && Array.isArray(part.examples) ? part.examples : []
  return examples.length === 0 ? undefined : JSON.stringify(examples[0])
}

function found(value: Written): string {
  if (value.type !== 'scalar') return value.type === 'map' ? 'a map' : 'a list'
  if (value.value === null) return 'nothing'
  const text = JSON.stringify(value.value)
  return typeof value.value === 'number' ? `the number ${text}` : text.length > 60 ? 'this text' : text
}

/** The key of an empty value, else where the value begins: an underline needs something to stand under. */
function solid({ value, entry }: Place): Span {
  return value.end > value.start ? headOf(value) : (entry?.keySpan ?? value)
}

/** A block would be underlined from top to bottom: its first key or item says enough. */
function headOf(value: Written): Span {
  if (value.type === 'map' && !value.flow) return value.entries[0]?.keySpan ?? value
  if (value.type === 'list' && !value.flow) return { start: value.start, end: value.start + 1 }
  return value
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

import type { ErrorObject } from 'ajv'
import { stringify } from 'yaml'
import { forms } from './forms.ts'
import { nearest, sentence } from './names.ts'
import { definitionNameOf, homesOf, keyMeant, keysOf, kindKeys, modifierKeys } from './keys.ts'
import type { Sheet, Span } from './sheet.ts'
import { habitIn } from './structure-habits.ts'
import { headOf, meantOr, type Place, type StructureIssue } from './structure-place.ts'
import { missingKind, noMerge, outside, strayStepKey } from './structure-steps.ts'
import { entriesOf, entryOf, type Entry, textOf, valueOf, type Written, writtenAt } from './written.ts'
import { quoted } from './yaml-errors.ts'

/** A complaint of the schema's validator as an issue: one rule for each keyword. */
export function explainStructure(error: ErrorObject, root: Written, sheet: Sheet): StructureIssue {
  const { value, entry } = writtenAt(root, error.instancePath)
  const { value: parent } = writtenAt(root, error.instancePath.replace(/\/[^/]*$/, ''))
  const place: Place = {
    error,
    value,
    sheet,
    parent,
    ...(entry && { entry }),
    label: labelOf(error.instancePath, entry),
    isItem: /\/\d+$/.test(error.instancePath),
  }
  return rules[error.keyword]?.(place) ?? wrongForm(place)
}

const rules: Readonly<Record<string, (place: Place) => StructureIssue>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  propertyNames: invalidName,
  type: wrongType,
  enum: wrongChoice,
  const: wrongForm,
  minItems: empty,
  minProperties: empty,
  minLength: empty,
}

function unknownKey(place: Place): StructureIssue {
  return habitIn(place) ?? strangerIn(place, String(place.error.params['additionalProperty']))
}

function strangerIn(place: Place, key: string): StructureIssue {
  const span = entryOf(place.value, key)?.keySpan ?? place.value
  const kind = /^(\w+)Step$/.exec(definitionNameOf(place.error.parentSchema) ?? '')?.[1]
  if (kind !== undefined) return strayStepKey(place, key, kind, span)
  const known = keysOf(place.error.parentSchema)
  const meant = keyMeant(key, known)
  const isOfSteps = modifierKeys.includes(key) || homesOf(key).length > 0
  if (isOfSteps && place.entry && kindKeys.includes(place.entry.key)) {
    const hint = `Write it beside "${place.entry.key}", with the same indentation`
    return {
      code: 'key.misplaced',
      span,
      message: `"${key}" belongs to the step, not inside its "${place.entry.key}"`,
      hint,
    }
  }
  return {
    code: 'key.unknown',
    span,
    message: `"${key}" is not a key of ${place.label}`,
    hint: key === '<<' ? noMerge : meantOr(meant, known),
  }
}

function missingKey(place: Place): StructureIssue {
  if (definitionNameOf(place.error.parentSchema) === 'stepWithoutKind') return missingKind(place)
  const key = String(place.error.params['missingProperty'])
  const known = keysOf(place.error.parentSchema)
  const strangers = entriesOf(place.value).filter((one) => !known.includes(one.key))
  const slip =
    strangers.find((one) => keyMeant(one.key, known) === key) ??
    (strangers.length === 1 && place.entry ? strangers[0] : undefined)
  const beside = place.isItem ? undefined : entryOf(place.parent, key)
  const other =
    habitIn(place) ??
    (slip && strangerIn(place, slip.key)) ??
    (beside && place.entry && outside(key, place.entry.key, place.parent, beside.keySpan))
  if (other) return other
  const span = place.isItem ? headOf(place.value) : (place.entry?.keySpan ?? headOf(place.value))
  return {
    code: 'key.missing',
    span,
    message: `${sentence(place.label)} has no "${key}"`,
    hint: key === 'then' ? 'Add "then"; to guard a step, write "if" beside its kind' : `Add "${key}"`,
  }
}

function invalidName(place: Place): StructureIssue {
  const name = String(place.error.params['propertyName'])
  const span = entryOf(place.value, name)?.keySpan ?? place.value
  return {
    code: 'name.invalid',
    span,
    message: `"${name}" cannot be a name here`,
    hint: 'Names are letters, digits and _, and do not start with a digit',
  }
}

/** The forms in which a brace at the start is most likely that of JSONata. */
const expressions: ReadonlySet<string | undefined> = new Set(['condition', 'expression', 'lambda', 'text'])

function wrongType(place: Place): StructureIssue {
  const types = [place.error.params['type']].flat().map(String)
  const { value, sheet } = place
  const isExpression = expressions.has(definitionNameOf(place.error.parentSchema))
  if (isExpression && types.includes('string') && value.type !== 'scalar' && value.flow) {
    const text = sheet.text.slice(value.start, value.end)
    const message = `${sentence(place.label)} starts with ${text.charAt(0)}, so YAML reads a ${value.type} where a text was meant`
    return { code: 'yaml.brace', span: value, message, hint: `Quote it: ${quoted(text)}` }
  }
  return wrongForm(place)
}

function wrongChoice(place: Place): StructureIssue {
  const choices = [place.error.params['allowedValues']].flat().map(String)
  const meant = nearest(String(place.value.type === 'scalar' ? place.value.value : ''), choices)
  const list = choices.map((choice) => `"${choice}"`).join(' or ')
  return {
    code: 'value.choice',
    span: solid(place),
    message: `${sentence(place.label)} must be ${list}, not ${found(place.value)}`,
    hint: meantOr(meant, choices),
  }
}

function empty(place: Place): StructureIssue {
  const what =
    place.error.keyword === 'minProperties'
      ? 'a map with at least one key'
      : place.error.keyword === 'minItems'
        ? 'a list with at least one item'
        : 'a text'
  return {
    code: 'value.empty',
    span: solid(place),
    message: `${sentence(place.label)} is empty; it must be ${what}`,
  }
}

/** A value of the wrong form: what its definition in the schema stands for says what was expected. */
function wrongForm(place: Place): StructureIssue {
  const form = forms[definitionNameOf(place.error.parentSchema) ?? ''] ?? forms[place.entry?.key ?? '']
  const type = [place.error.params['type']].flat().join(' or ')
  const expected =
    form?.noun ?? (type === '' ? place.error.message?.replace(/^must be /, '') : (nouns[type] ?? type))
  const hint =
    gluedHint(place.value) ??
    form?.cure?.(valueOf(place.value)) ??
    form?.hint ??
    exampleIn(place.error.parentSchema)
  const span = solid(place)
  return {
    code: form?.code ?? 'value.form',
    span,
    message: `${sentence(place.label)} must be ${expected}, not ${found(place.value)}`,
    ...(hint !== undefined && { hint }),
  }
}

/** `call:log` is one text for YAML. */
function gluedHint(value: Written): string | undefined {
  const [, key = '', rest] = /^(\w+):(\S.*)$/.exec(textOf(value) ?? '') ?? []
  return rest !== undefined && kindKeys.includes(key)
    ? `A space belongs after the colon: ${key}: ${rest}`
    : undefined
}

/** What the types of JSON Schema are called in messages. */
export const nouns: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function exampleIn(schema: object | undefined): string | undefined {
  const examples = schema && 'examples' in schema && Array.isArray(schema.examples) ? schema.examples : []
  return examples.length === 0 ? undefined : `For example: ${inOneLine(examples[0])}`
}

/** What is written, in words. */
function found(value: Written): string {
  if (value.type === 'map') return 'a map'
  if (value.type === 'list') return 'a list'
  if (value.value === null) return 'nothing'
  if (typeof value.value !== 'string')
    return typeof value.value === 'number' ? `the number ${value.value}` : String(value.value)
  return value.value.length > 60 ? 'this text' : `"${value.value}"`
}

/** The key of an empty value, else the value: an underline needs something to stand under. */
function solid(place: Place): Span {
  if (place.isItem && place.value.end <= place.value.start) return dashOf(place)
  return place.value.end > place.value.start ? headOf(place.value) : (place.entry?.keySpan ?? place.value)
}

/** The dash, or what stands in its place, of an item that is not there. */
function dashOf({ value, sheet }: Place): Span {
  const start = Math.max(0, sheet.text.slice(0, value.start).trimEnd().length - 1)
  return { start, end: start + 1 }
}

function labelOf(pointer: string, entry: Entry | undefined): string {
  if (!entry) return pointer === '' ? 'a definition' : 'this item'
  return /\/\d+$/.test(pointer)
    ? /^(?:steps|then|else|default|finally|try)$/.test(entry.key)
      ? 'this step'
      : `an item of "${entry.key}"`
    : `"${entry.key}"`
}

/** An example as an author would write it in one line. */
function inOneLine(example: unknown): string {
  return stringify(example, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

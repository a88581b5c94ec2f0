import { regexDanger } from '../../expressions/regex/regex.ts'
import { isJsonObject, type Json } from '../../json.ts'
import type { Definition } from '../definition.ts'
import { isSlip, nearest } from '../names.ts'
import { checkAgainst, schemaProblems } from '../schema.ts'
import { entriesOf, fieldOf, itemsOf, valueOf, type Written } from '../written.ts'
import type { Checker } from './checker.ts'
import { stepsWithin } from './steps-within.ts'

/** Checks every JSON Schema of a definition: that it is one, and that nothing in it looks like a slip. */
export function checkSchemas(definition: Definition, root: Written, checker: Checker): void {
  for (const key of ['input', 'output']) checkSchema(fieldOf(root, key), checker)
  const steps = stepsWithin([
    ...definition.steps,
    ...(definition.finally ?? []),
    ...(definition.catch ?? []).flatMap((clause) => clause.steps),
  ])
  for (const step of steps) {
    if (step.kind !== 'ask' && step.kind !== 'waitFor') continue
    checkSchema(fieldOf(fieldOf(checker.origins.written.get(step), step.kind), 'schema'), checker)
  }
}

function checkSchema(written: Written | undefined, checker: Checker): void {
  if (
    written === undefined ||
    (written.type !== 'map' && !(written.type === 'scalar' && typeof written.value === 'boolean'))
  )
    return
  const problems = schemaProblems(valueOf(written))
  const [first] = problems
  if (first) {
    const { value, entry } = placeIn(written, first.path)
    const span = value.type === 'scalar' && value.end > value.start ? value : (entry ?? value)
    checker.report(
      'schema.invalid',
      span,
      `This is not a JSON Schema: ${first.path === '' ? 'it' : `"${first.path.slice(1)}"`} ${first.message}`,
    )
    return
  }
  checkKeywords(written, checker)
}

function placeIn(root: Written, pointer: string): { value: Written; entry?: { start: number; end: number } } {
  let value = root
  let entry: { start: number; end: number } | undefined
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const found = entriesOf(value).find((one) => one.key === key)
    const next = found?.value ?? itemsOf(value)[Number(key)]
    if (next === undefined) break
    if (found) entry = found.keySpan
    value = next
  }
  return entry ? { value, entry } : { value }
}

/** Keywords whose value is a schema, a list of schemas, or a map of names to schemas. */
const nested = {
  schema: [
    'additionalProperties',
    'items',
    'not',
    'if',
    'then',
    'else',
    'contains',
    'propertyNames',
    'unevaluatedProperties',
    'unevaluatedItems',
    'contentSchema',
  ],
  list: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  map: ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'],
} as const

const keywords: readonly string[] = [
  ...nested.schema,
  ...nested.list,
  ...nested.map,
  '$schema',
  '$id',
  '$anchor',
  '$ref',
  '$dynamicRef',
  '$dynamicAnchor',
  '$vocabulary',
  '$comment',
  'type',
  'enum',
  'const',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'maxContains',
  'minContains',
  'maxProperties',
  'minProperties',
  'required',
  'dependentRequired',
  'title',
  'description',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'examples',
  'format',
  'contentEncoding',
  'contentMediaType',
]

function checkKeywords(written: Written, checker: Checker): void {
  const declaresType = fieldOf(written, 'type') !== undefined
  checkBareProperties(written, checker)
  for (const { key, keySpan, value } of entriesOf(written)) {
    if (!keywords.includes(key) && isSlip(key, keywords)) {
      const hint = `Did you mean "${nearest(key, keywords) ?? ''}"?`
      checker.report(
        'schema.unknownKeyword',
        keySpan,
        `"${key}" is not a keyword of JSON Schema, so it has no effect`,
        hint,
      )
    }
    if (key === 'pattern' || key === 'patternProperties') checkPatterns(key, value, checker)
    if (key === 'default' && declaresType) checkDefault(written, value, checker)
    if (key === 'required') checkRequired(written, value, checker)
    if (isOneOf(nested.schema, key)) checkKeywords(value, checker)
    if (isOneOf(nested.list, key)) for (const item of itemsOf(value)) checkKeywords(item, checker)
    if (isOneOf(nested.map, key)) for (const entry of entriesOf(value)) checkKeywords(entry.value, checker)
  }
}

/** A schema in which nothing is a keyword describes nothing: its keys are meant as properties. */
function checkBareProperties(written: Written, { report }: Checker): void {
  const [first, ...others] = entriesOf(written).filter(({ key }) => !key.startsWith('x-'))
  if (!first || [first, ...others].some(({ key }) => keywords.includes(key) || isSlip(key, keywords))) return
  const message = `"${first.key}" is not a keyword of JSON Schema, so it has no effect`
  const hint = `A property stands under "properties": { type: object, properties: { ${first.key}: … } }`
  report('schema.unknownKeyword', first.keySpan, message, hint)
}

function isOneOf(list: readonly string[], key: string): boolean {
  return list.includes(key)
}

function checkPatterns(key: string, value: Written, checker: Checker): void {
  const patterns =
    key === 'pattern'
      ? [{ source: valueOf(value), span: value }]
      : entriesOf(value).map((entry) => ({ source: entry.key, span: entry.keySpan }))
  for (const { source, span } of patterns) {
    const danger = typeof source === 'string' ? regexDanger(source) : undefined
    if (danger !== undefined)
      checker.report(
        'regex.danger',
        span,
        `This regular expression can take for ever: ${danger}`,
        'Leave out repeats inside of repeats',
      )
  }
}

function checkDefault(schema: Written, written: Written, checker: Checker): void {
  const plain = valueOf(schema)
  if (!isJsonObject(plain) || JSON.stringify(plain).includes('"$ref"')) return
  const { default: value, ...rest } = plain
  const checked = checkAgainst(rest, value ?? null)
  if (checked.ok) return
  checker.report(
    'schema.default',
    written,
    `The default does not fit its own schema: it ${checked.problems[0]?.message ?? ''}`,
  )
}

/** A required property that nothing declares is nearly always misspelt. */
function checkRequired(schema: Written, written: Written, checker: Checker): void {
  const declared = entriesOf(fieldOf(schema, 'properties')).map(({ key }) => key)
  for (const item of itemsOf(written)) {
    const name: Json = valueOf(item)
    if (
      typeof name !== 'string' ||
      declared.length === 0 ||
      declared.includes(name) ||
      !isSlip(name, declared)
    )
      continue
    const hint = `Did you mean "${nearest(name, declared) ?? ''}"?`
    checker.report(
      'schema.required',
      item,
      `"${name}" is required, but not declared under "properties"`,
      hint,
    )
  }
}

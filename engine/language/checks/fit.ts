import type { Template } from '../../expressions/template.ts'
import { isJsonObject, type JsonSchema } from '../../json.ts'
import type { IssueCode } from '../codes.ts'
import { misfit } from '../fits.ts'
import { modifierKeys } from '../keys.ts'
import { isSlip, meantOrKnown, nearest, sentence } from '../names.ts'
import { checkAgainst, schemaProblems } from '../schema.ts'
import { shapeOfSchema, type Shape, shapeOfValue } from '../shape.ts'
import type { Span } from '../sheet.ts'
import { itemOf, propertyOf, resolved, standalone, type Subschema, whole } from '../subschema.ts'
import { entryOf, type Written, writtenAt } from '../written.ts'
import type { Checker } from './checker.ts'

/** What a value is held against, and how its misfits are called. */
export interface Target {
  readonly schema: JsonSchema
  /** Keys of the top map where a single value counts as a list of one. */
  readonly lists: readonly string[]
  readonly codes: { readonly [K in 'mismatch' | 'missing' | 'unknown' | 'typo']: IssueCode }
  /** What the value as a whole is to people. */
  readonly owner: string
  /** Underlined when the value is written nowhere. */
  readonly span: Span
}

interface Part {
  readonly template: Template
  readonly written: Written | undefined
  readonly sub: Subschema
  /** The keys that lead here. */
  readonly path: readonly string[]
}

/** Reports where a value as written cannot be what a schema asks for. Silent wherever it might be. */
export function checkFit(template: Template, target: Target, checker: Checker): void {
  const written = checker.origins.written.get(template)
  checkPart({ template, written, sub: whole(target.schema), path: [] }, target, checker)
}

function checkPart(part: Part, target: Target, checker: Checker): void {
  const { template } = part
  const keys = partsOf(template)
  if (keys && isOpenToKeys(part.sub)) return checkKeys(part, keys, target, checker)
  if ('list' in template && resolved(part.sub)?.['type'] === 'array')
    return checkItems(part, template.list, target, checker)
  if ('value' in template) return checkConstant(part, template.value, target, checker)
  const schema = standalone(part.sub)
  const shape = checker.shapes.get(template)
  const found =
    schema !== undefined && shape ? misfit(asGiven(shape, part, target), shapeOfSchema(schema)) : undefined
  if (!found) return
  const path = [...part.path, ...found.path]
  const hint = found.path.length === 0 ? conversion(template, shape, shapeOfSchema(schema)) : undefined
  checker.report(
    target.codes.mismatch,
    spanOf(part, target),
    `${called(path, target)} ${found.message}`,
    hint,
  )
}

/** How a value of one scalar type becomes one of the other. */
function conversion(template: Template, actual: Shape | undefined, expected: Shape): string | undefined {
  const convert = { number: '$number', string: '$string' }[expected.type as string]
  const isScalar = actual?.type === 'string' || actual?.type === 'number' || actual?.type === 'boolean'
  if (convert === undefined || !isScalar || !('expr' in template)) return undefined
  return `Convert it: \${ ${convert}(${template.expr.jsonata}) }`
}

/** In a list position a single value counts as a list of one, so only a list can be held against the schema. */
function asGiven(shape: Shape, { path }: Part, { lists }: Target): Shape {
  const isList = path.length === 1 && lists.includes(path[0] ?? '')
  return isList && shape.type !== 'array' ? { type: 'unknown' } : shape
}

/** The keys of a map, computed or constant, each with its template. */
function partsOf(template: Template): Readonly<Record<string, Template>> | undefined {
  if ('map' in template) return template.map
  if (!('value' in template) || !isJsonObject(template.value)) return undefined
  return Object.fromEntries(Object.entries(template.value).map(([key, value]) => [key, { value }]))
}

/** Whether the schema is one of a map whose keys can be told one by one. */
function isOpenToKeys(sub: Subschema): boolean {
  const schema = resolved(sub)
  if (!schema) return false
  const hasChoices = ['anyOf', 'oneOf', 'allOf', 'if', 'not', 'const', 'enum'].some(
    (keyword) => keyword in schema,
  )
  return !hasChoices && (schema['type'] === 'object' || isJsonObject(schema['properties']))
}

function checkKeys(
  part: Part,
  keys: Readonly<Record<string, Template>>,
  target: Target,
  checker: Checker,
): void {
  const schema = resolved(part.sub) ?? {}
  const declared = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : []
  const isClosed = (schema['additionalProperties'] ?? schema['unevaluatedProperties']) === false
  const isStranger = (key: string): boolean =>
    !declared.includes(key) && !('patternProperties' in schema) && (isClosed || isSlip(key, declared))
  for (const [key, template] of Object.entries(keys)) {
    if (isStranger(key)) continue
    const written = entryOf(part.written, key)?.value
    checkPart(
      { template, written, sub: propertyOf(part.sub, key), path: [...part.path, key] },
      target,
      checker,
    )
  }
  const missing = requiredOf(part).filter((key) => !(key in keys))
  checkStrangers(
    { part, strangers: Object.keys(keys).filter(isStranger), missing, declared, isClosed },
    target,
    checker,
  )
}

interface Strangers {
  readonly part: Part
  /** Keys that the schema does not have, or has under a very similar name. */
  readonly strangers: readonly string[]
  readonly missing: readonly string[]
  readonly declared: readonly string[]
  readonly isClosed: boolean
}

/** Reports keys that are too many and keys that are missing; one that stands for the other is one mistake. */
function checkStrangers(
  { part, strangers, missing, declared, isClosed }: Strangers,
  target: Target,
  checker: Checker,
): void {
  const name = sentence(nameOf(part, target))
  const isPair = isClosed && strangers.length === 1 && missing.length === 1
  const meant = (key: string): string | undefined => (isPair ? missing[0] : nearest(key, declared))
  for (const key of strangers) {
    const span = entryOf(part.written, key)?.keySpan ?? target.span
    const other = meant(key) ?? ''
    if (isClosed) {
      const isOfStep =
        part.path.length === 0 && modifierKeys.includes(key) && target.codes.unknown === 'arguments.unknown'
      const hint = missing.includes(other)
        ? `Did you mean "${other}"?`
        : isOfStep
          ? `"${key}" is a key of the step: write it beside "with"`
          : meantOrKnown(key, declared, 'It takes')
      checker.report(target.codes.unknown, span, `${name} has no "${key}"`, hint)
    } else if (missing.includes(other)) {
      const hint = `Did you mean "${other}"?`
      checker.report(target.codes.missing, span, `${name} needs "${other}", not "${key}"`, hint)
    } else {
      const hint = `Did you mean "${other}"? If not, declare it in the schema`
      const message = `${name} does not declare "${key}", but something very like it`
      checker.report(target.codes.typo, span, message, hint)
    }
  }
  const left = missing.filter((key) => !strangers.some((stranger) => meant(stranger) === key))
  if (left.length === 0) return
  const hint = left.length === 1 ? describeProperty(part.sub, left[0] ?? '') : `Add ${listed(left)}`
  checker.report(target.codes.missing, spanOf(part, target), `${name} needs ${listed(left)}`, hint)
}

/** What must be written: a default stands for what is not. */
function requiredOf({ sub }: Part): readonly string[] {
  const required = resolved(sub)?.['required']
  return Array.isArray(required) ? required.map(String).filter((key) => !hasDefault(sub, key)) : []
}

function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`
}

function hasDefault(sub: Subschema, name: string): boolean {
  return resolved(propertyOf(sub, name))?.['default'] !== undefined
}

function describeProperty(sub: Subschema, name: string): string {
  const description = resolved(propertyOf(sub, name))?.['description']
  return typeof description === 'string' ? `Add "${name}": ${description}` : `Add "${name}"`
}

function checkItems(part: Part, items: readonly Template[], target: Target, checker: Checker): void {
  for (const [index, template] of items.entries()) {
    const written = part.written?.type === 'list' ? part.written.items[index] : undefined
    const sub = itemOf(part.sub, index)
    checkPart({ template, written, sub, path: [...part.path, String(index)] }, target, checker)
  }
}

function checkConstant(
  part: Part,
  value: Template extends infer T ? (T extends { value: infer V } ? V : never) : never,
  target: Target,
  checker: Checker,
): void {
  const schema = standalone(part.sub)
  if (schema === undefined || schemaProblems(schema).length > 0) return
  const isList = part.path.length === 1 && target.lists.includes(part.path[0] ?? '')
  const given = isList && !Array.isArray(value) ? [value] : value
  const checked = checkAgainst(schema, given)
  if (checked.ok) return
  for (const problem of checked.problems.slice(0, 5)) {
    const pointer = given === value ? problem.path : problem.path.replace(/^\/0/, '')
    const place = part.written && writtenAt(part.written, pointer)
    const path = [...part.path, ...pointer.split('/').slice(1)]
    const span = place ? solid(place.value, place.entry?.keySpan ?? target.span) : target.span
    const shape = shapeOfValue(place?.value.type === 'scalar' ? place.value.value : null)
    const found =
      place?.value.type === 'scalar' && shape.type !== 'null'
        ? `, not ${JSON.stringify(place.value.value)}`
        : ''
    const message = `${called(path, target)} ${problem.message}${found}`
    checker.report(target.codes.mismatch, span, message, quoting(place?.value, problem.message))
  }
}

/** A number in quotes, a text without, or an expression without its marks. */
function quoting(written: Written | undefined, message: string): string | undefined {
  if (written?.type !== 'scalar' || written.value === null) return undefined
  const { value } = written
  const isNumeric = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
  if (typeof value === 'string' && /^\$[A-Za-z_]/.test(value)) return `Write "\${ ${value} }"`
  if (isNumeric && /^must be (?:integer|number)$/.test(message)) return `Write ${value}, without quotes`
  return typeof value !== 'string' && message === 'must be string' ? `Quote it: "${value}"` : undefined
}

function nameOf({ path }: Part, target: Target): string {
  return path.length === 0 ? target.owner : `"${path.join('.')}" of ${target.owner}`
}

function called(path: readonly string[], target: Target): string {
  return path.length === 0 ? `The value for ${target.owner}` : `"${path.join('.')}" of ${target.owner}`
}

function spanOf({ written, path }: Part, target: Target): Span {
  if (!written || written.end <= written.start) return target.span
  // A block map is too long to underline: at the top its owner stands for it, further in its first key.
  if (written.type === 'scalar' || written.flow) return written
  return path.length === 0 ? target.span : solid(written, target.span)
}

function solid(written: Written, fallback: Span): Span {
  if (written.end <= written.start) return fallback
  if (written.type === 'map' && !written.flow) return written.entries[0]?.keySpan ?? written
  if (written.type === 'list' && !written.flow) return { start: written.start, end: written.start + 1 }
  return written
}

import { target } from './subschema.ts'
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../json.ts'

/** What is known about a value before anything runs. It never claims more than is certain. */
export type Shape =
  | { readonly type: 'unknown' }
  | { readonly type: 'string' | 'number' | 'boolean' | 'null'; readonly values?: readonly Json[] }
  | { readonly type: 'array'; readonly items: Shape }
  | ObjectShape
  | { readonly type: 'union'; readonly of: readonly Shape[] }

export interface ObjectShape {
  readonly type: 'object'
  readonly properties: ReadonlyMap<string, Property>
  /** What holds of other properties; `closed`: there are none. */
  readonly rest: 'closed' | Shape
}

export interface Property {
  readonly shape: Shape
  /** Always there. */
  readonly required: boolean
  /** A branch of a quorum: it must be read as something that may be missing. */
  readonly isQuorum?: boolean
}

export const unknown: Shape = { type: 'unknown' }

/** An object with exactly these properties, all always there. */
export function closedObject(properties: Readonly<Record<string, Shape>>): ObjectShape {
  const entries = Object.entries(properties).map(
    ([name, shape]) => [name, { shape, required: true }] as const,
  )
  return { type: 'object', properties: new Map(entries), rest: 'closed' }
}

/** Either of several. */
export function union(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.type === 'union' ? shape.of : [shape]))
  const [first] = flat
  if (first === undefined || flat.some((shape) => shape.type === 'unknown')) return unknown
  return flat.length === 1 ? first : { type: 'union', of: flat }
}

/** The shape of a constant. */
export function shapeOfValue(value: Json): Shape {
  if (Array.isArray(value)) return { type: 'array', items: union(value.map(shapeOfValue)) }
  if (isJsonObject(value))
    return closedObject(
      Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOfValue(part)])),
    )
  if (value === null) return { type: 'null' }
  if (typeof value === 'string') return { type: 'string', values: [value] }
  return typeof value === 'number'
    ? { type: 'number', values: [value] }
    : { type: 'boolean', values: [value] }
}

/** What a JSON Schema says about the values that fit it; references deeper than any sane nesting are left open. */
export function shapeOfSchema(schema: JsonSchema | undefined): Shape {
  return schema === undefined ? unknown : readSchema(schema, schema, 0)
}

function readSchema(schema: Json | undefined, root: JsonSchema, depth: number): Shape {
  if (!isJsonObject(schema) || depth > 12) return unknown
  if (typeof schema['$ref'] === 'string') return readSchema(target(root, schema['$ref']), root, depth + 1)
  if ('const' in schema) return shapeOfValue(schema['const'] ?? null)
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map(shapeOfValue))
  const variants = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(variants) && schema['properties'] === undefined && schema['allOf'] === undefined)
    return union(variants.map((variant) => readSchema(variant, root, depth + 1)))
  const types = typesOf(schema)
  return union(types.map((type) => readType(type, schema, root, depth)))
}

function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema
  // Not a keyword of JSON Schema, but the validator honours what OpenAPI wrote.
  if (typeof type === 'string') return schema['nullable'] === true ? [type, 'null'] : [type]
  if (Array.isArray(type)) return type.map(String)
  return isJsonObject(schema['properties']) ? ['object'] : ['any']
}

function readType(type: string, schema: JsonObject, root: JsonSchema, depth: number): Shape {
  if (type === 'array') return { type, items: readSchema(schema['items'], root, depth + 1) }
  if (type === 'object') return readObject(schema, root, depth)
  if (type === 'integer' || type === 'number') return { type: 'number' }
  if (type === 'string' || type === 'boolean' || type === 'null') return { type }
  return unknown
}

function readObject(schema: JsonObject, root: JsonSchema, depth: number): Shape {
  const declared = isJsonObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : [])
  const properties = declared.map(([name, property]): readonly [string, Property] => {
    const hasDefault = isJsonObject(property) && 'default' in property
    return [
      name,
      { shape: readSchema(property, root, depth + 1), required: required.has(name) || hasDefault },
    ]
  })
  return { type: 'object', properties: new Map(properties), rest: restOf(schema, root, depth) }
}

/** Keywords that may allow properties which `properties` does not list. */
const widening = [
  'patternProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  '$dynamicRef',
  'dependentSchemas',
  'propertyNames',
]

function restOf(schema: JsonObject, root: JsonSchema, depth: number): 'closed' | Shape {
  const rest = schema['additionalProperties'] ?? schema['unevaluatedProperties']
  const isWidened = widening.some((keyword) => keyword in schema)
  if (rest === false) return isWidened ? unknown : 'closed'
  return isWidened ? unknown : readSchema(rest, root, depth + 1)
}

const words = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'a map',
}

/** What a value of this shape is, in words. */
export function describe(shape: Shape): string {
  if (shape.type === 'unknown') return 'anything'
  if (shape.type === 'union') return [...new Set(shape.of.map(describe))].join(' or ')
  if ('values' in shape && shape.values?.length === 1) return JSON.stringify(shape.values[0])
  return words[shape.type]
}

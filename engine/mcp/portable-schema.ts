import type { Json, JsonObject, JsonSchema } from '../json.ts'
import { isJsonObject } from '../json.ts'

/**
 * `schema` in words that mean the same to validators of draft-07 and of 2020-12, where clients differ: what only the
 * newer draft knows is rewritten, or left out when it cannot be. The outcome never refuses what `schema` accepts.
 */
export function portableSchema(schema: JsonSchema): JsonSchema {
  return typeof schema === 'boolean' ? schema : portable(schema, mentionsNewer(schema))
}

/** What holds one schema. */
const single = new Set([
  'additionalProperties',
  'items',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
  'not',
])
/** What holds a list of schemas. */
const listed = new Set(['allOf', 'anyOf', 'oneOf'])
/** What holds schemas by name. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions'])
/** What would send a validator looking for a meta-schema. */
const dialect = new Set(['$schema', '$vocabulary'])
/** What only 2020-12 knows. */
const newer = new Set([
  '$dynamicRef',
  '$dynamicAnchor',
  'unevaluatedItems',
  'unevaluatedProperties',
  'minContains',
  'maxContains',
  'contentSchema',
  'prefixItems',
  'dependentRequired',
  'dependentSchemas',
])
/** What accepts less when the schema inside accepts more: left out once anything was loosened. */
const contrary = new Set(['not', 'if', 'then', 'else'])

function portable(schema: JsonObject, loose: boolean): JsonObject {
  const kept = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !dialect.has(key) && !newer.has(key) && !(loose && contrary.has(key)))
      .filter(([key]) => key !== 'contains' || schema['minContains'] !== 0)
      .map(([key, value]) => [key, inner(key, value, loose)]),
  )
  const { oneOf, ...rest } = kept
  const choice =
    oneOf === undefined
      ? {}
      : loose && kept['anyOf'] === undefined
        ? { anyOf: oneOf }
        : loose
          ? {}
          : { oneOf }
  return withoutRefSiblings({ ...rest, ...choice, ...tuple(schema), ...dependencies(schema, kept['allOf']) })
}

function inner(key: string, value: Json, loose: boolean): Json {
  const each = (schema: Json): Json => (isJsonObject(schema) ? portable(schema, loose) : schema)
  if (single.has(key)) return each(value)
  if (listed.has(key) && Array.isArray(value)) return value.map(each)
  if (named.has(key) && isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, each(schema)]))
  return value
}

function loosened(schema: Json): Json {
  return isJsonObject(schema) ? portable(schema, true) : schema
}

/** A tuple becomes a list whose items are any of the tuple's: array-valued `items` is an error in 2020-12. */
function tuple(schema: JsonObject): JsonObject {
  const first = schema['prefixItems']
  if (!Array.isArray(first)) return {}
  const rest = schema['items'] ?? true
  const closed = rest === false
  return {
    items: rest === true ? true : { anyOf: [...first, ...(closed ? [] : [rest])].map(loosened) },
    ...(closed && schema['maxItems'] === undefined ? { maxItems: first.length } : {}),
  }
}

function dependencies(schema: JsonObject, allOf: Json | undefined): JsonObject {
  const required = isJsonObject(schema['dependentRequired']) ? schema['dependentRequired'] : {}
  const schemas = isJsonObject(schema['dependentSchemas']) ? schema['dependentSchemas'] : {}
  const rules = [
    ...Object.entries(required).map(([name, names]) => ifPresent(name, { required: names })),
    ...Object.entries(schemas).map(([name, then]) => ifPresent(name, loosened(then))),
  ]
  return rules.length === 0 ? {} : { allOf: [...(Array.isArray(allOf) ? allOf : []), ...rules] }
}

function ifPresent(name: string, then: Json): JsonObject {
  // eslint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
  return { if: { required: [name] }, then }
}

/** Draft-07 overlooks what stands beside a `$ref`. */
function withoutRefSiblings(schema: JsonObject): JsonObject {
  const { $ref, $defs, definitions, allOf, ...rest } = schema
  if ($ref === undefined || Object.keys(schema).length === 1) return schema
  return {
    ...rest,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
    allOf: [{ $ref }, ...(Array.isArray(allOf) ? allOf : [])],
  }
}

function mentionsNewer(value: Json): boolean {
  if (Array.isArray(value)) return value.some(mentionsNewer)
  return (
    isJsonObject(value) && Object.entries(value).some(([key, part]) => newer.has(key) || mentionsNewer(part))
  )
}

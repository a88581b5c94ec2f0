import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../json.ts'

/** A schema inside another, which it needs for its references. */
export interface Subschema {
  readonly schema: Json | undefined
  readonly root: JsonSchema
}

/** The schema that `root` itself is. */
export function whole(root: JsonSchema): Subschema {
  return { schema: root, root }
}

/** The schema with its reference followed, when it is a map. */
export function resolved({ schema, root }: Subschema, depth = 0): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined
  const reference = schema['$ref']
  if (typeof reference !== 'string' || depth > 12) return schema
  return resolved({ schema: target(root, reference), root }, depth + 1)
}

/** The schema of a property: as declared, else that of all others. */
export function propertyOf(sub: Subschema, name: string): Subschema {
  const schema = resolved(sub)
  const properties = schema?.['properties']
  const declared = isJsonObject(properties) ? properties[name] : undefined
  return {
    schema: declared ?? (isPlain(schema) ? schema?.['additionalProperties'] : undefined),
    root: sub.root,
  }
}

/** The schema of every item of a list. */
export function itemOf(sub: Subschema, index: number): Subschema {
  const schema = resolved(sub)
  const first = schema?.['prefixItems']
  const item =
    Array.isArray(first) && index < first.length ? (first as readonly Json[])[index] : schema?.['items']
  return { schema: item, root: sub.root }
}

/** The schema as one that stands alone; nothing when it cannot. */
export function standalone(sub: Subschema): JsonSchema | undefined {
  const schema = resolved(sub)
  if (!schema) return typeof sub.schema === 'boolean' ? sub.schema : undefined
  const { root } = sub
  if (schema === root || !JSON.stringify(schema).includes('"$ref"')) return schema
  if (!isJsonObject(root)) return undefined
  const shared = ['$defs', 'definitions'].flatMap((key) =>
    root[key] === undefined ? [] : [[key, root[key]] as const],
  )
  return { ...schema, ...Object.fromEntries(shared) }
}

/** What a local reference points to. */
export function target(root: JsonSchema, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined
  let value: Json | undefined = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key: string = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (!isJsonObject(value)) return undefined
    value = value[key]
  }
  return value
}

function isPlain(schema: JsonObject | undefined): boolean {
  return schema !== undefined && !('patternProperties' in schema)
}

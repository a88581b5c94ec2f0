import { isJsonObject, type Json } from '../../engine/json.ts'
import schema from '../../schemas/workflow.schema.json' with { type: 'json' }

/**
 * Every key that the schema of definitions declares, with the key it stands under: `forEach.concurrency`. What may
 * stand under several keys stands under `*`. Schemas of data are JSON Schema's own matter, and not looked into.
 */
export function keysOfSchema(): readonly string[] {
  const { $defs, ...root } = JSON.parse(JSON.stringify(schema))
  const parts = Object.entries<Json>($defs).filter(([name]) => !/^(?:jsonSchema|stepWithoutKind)$/.test(name))
  const keys = [...keysIn(root, ''), ...parts.flatMap(([name, part]) => keysIn(part, ownerOf(name)))]
  return [...new Set(keys)].toSorted()
}

/** The key under which what a part of the schema describes stands. */
function ownerOf(part: string): string {
  return ['tool', 'schedule', 'catch', 'compensate'].includes(part) ? part : '*'
}

function keysIn(part: Json, owner: string): string[] {
  if (Array.isArray(part)) return part.flatMap((item) => keysIn(item, owner))
  if (!isJsonObject(part)) return []
  return Object.entries(part).flatMap(([keyword, value]) => {
    if (['examples', 'default', 'const', 'enum', 'required', 'if', 'not'].includes(keyword)) return []
    if (keyword === 'patternProperties' && isJsonObject(value))
      return Object.values(value).flatMap((inner) => keysIn(inner, '*'))
    if (keyword !== 'properties' || !isJsonObject(value)) return keysIn(value, owner)
    return Object.entries(value).flatMap(([key, inner]) => [`${owner}.${key}`, ...keysIn(inner, key)])
  })
}

/** The keys that a definition uses, in the same form, each also under `*`. */
export function keysUsedIn(definition: Json, owner = ''): readonly string[] {
  if (Array.isArray(definition)) return definition.flatMap((item) => keysUsedIn(item, owner))
  if (!isJsonObject(definition)) return []
  return Object.entries(definition).flatMap(([key, value]) => [
    `${owner}.${key}`,
    `*.${key}`,
    ...keysUsedIn(value, key),
  ])
}

import { homesOf, keyMeant, keysOf, kindKeys, modifierKeys } from './keys.ts'
import type { Span } from './sheet.ts'
import { headOf, meantOr, type Place, type StructureIssue } from './structure-place.ts'
import { entriesOf, entryOf, type Written } from './written.ts'

/** A key that does not go with the step's kind: two steps in one, a key of another kind, a key one level too far out, or a slip. */
export function strayStepKey(place: Place, key: string, kind: string, span: Span): StructureIssue {
  if (kindKeys.includes(key)) {
    const message = `This step has two kinds, "${kind}" and "${key}"`
    return {
      code: 'step.severalKinds',
      span,
      message,
      hint: 'Every step has exactly one; start the second one with "- "',
    }
  }
  const known = keysOf(place.error.parentSchema)
  const inner = keysOf(innerOf(place.error.parentSchema, kind))
  if (inner.includes(key)) return outside(key, kind, place.value, span)
  const homes = homesOf(key)
  if (homes.length > 0) {
    const message = `"${key}" does not go with "${kind}"`
    return {
      code: 'key.misplaced',
      span,
      message,
      hint: `It belongs to ${homes.map((home) => `"${home}"`).join(', ')}`,
    }
  }
  const empty = entriesOf(place.value).find(({ value }) => value.type === 'scalar' && value.value === null)
  if (empty && keyMeant(key, known) === undefined) {
    const message = `"${key}" stands beside "${empty.key}", which is empty`
    return { code: 'key.misplaced', span, message, hint: `Indent it under "${empty.key}:"` }
  }
  const message = `"${key}" is not a key of ${article(kind)} "${kind}" step`
  return {
    code: 'key.unknown',
    span,
    message,
    hint: key === '<<' ? noMerge : meantOr(keyMeant(key, known), known),
  }
}

/** A key beside a kind that belongs inside it; where there is no inside, that is the mistake. */
export function outside(key: string, kind: string, step: Written, span: Span): StructureIssue {
  const own = entryOf(step, kind)
  if (own && own.value.type !== 'map') {
    const message = `"${kind}" must be a map, and "${key}" belongs inside it`
    const place = own.value.end > own.value.start ? headOf(own.value) : own.keySpan
    const isEmpty = own.value.type === 'scalar' && own.value.value === null
    const hint = isEmpty ? `Indent it under "${kind}:"` : `Write ${kind}: { …, ${key}: … }`
    return { code: 'value.form', span: place, message, hint }
  }
  const message = `"${key}" stands beside "${kind}" but belongs inside it`
  return { code: 'key.misplaced', span, message, hint: `Indent it under "${kind}:"` }
}

/** A step without a kind: most often its kind is misspelt. */
export function missingKind(place: Place): StructureIssue {
  const known = new Set([...modifierKeys, 'with', 'then', 'else', 'keep', 'default', 'idempotencyKey'])
  const stranger = entriesOf(place.value).find((entry) => !known.has(entry.key))
  if (!stranger) {
    const [first] = entriesOf(place.value)
    const isPart = first !== undefined && !/^(?:id|name|if)$/.test(first.key)
    const hint = isPart
      ? `Remove its dash: "${first.key}" belongs to the step before it`
      : `Kinds: ${kindKeys.join(', ')}`
    return {
      code: 'step.noKind',
      span: headOf(place.value),
      message: 'This step has no kind, so there is nothing to do',
      hint,
    }
  }
  const meant = keyMeant(stranger.key, [...kindKeys, ...modifierKeys])
  return {
    code: 'step.unknownKind',
    span: stranger.keySpan,
    message: `"${stranger.key}" is not a kind of step`,
    hint: meantOr(meant, kindKeys),
  }
}

/** What stands for YAML 1.1's `<<`. */
export const noMerge = 'YAML 1.2 has no merge key: repeat the keys, or say them once under "defaults"'

function innerOf(schema: object | undefined, kind: string): object | undefined {
  const properties = schema && 'properties' in schema ? Object.entries(schema.properties ?? {}) : []
  const inner: unknown = properties.find(([name]) => name === kind)?.[1]
  return typeof inner === 'object' && inner !== null ? inner : undefined
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a'
}

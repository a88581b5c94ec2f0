import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { ExpressionError } from './error.ts'
import { evaluate, type Scope, valueOf } from './evaluate.ts'
import { limits } from './meter.ts'
import type { Expression, Template } from './template.ts'
import { textOf } from './text.ts'

/**
 * The value of `template`; a secret stays the marker `{"$secret": NAME}`.
 * `lists` are the keys of the top map that are list positions: nothing becomes `[]`, one value `[value]`; `null` is a value.
 */
export function render(template: Template, scope: Scope, lists: readonly string[] = []): Json {
  if ('value' in template)
    return isJsonObject(template.value) ? withLists(template.value, lists) : template.value
  if ('expr' in template) return valueOf(template.expr, scope)
  if ('secret' in template) return { $secret: template.secret }
  if ('text' in template) return interpolate(template.text, scope)
  if ('list' in template) return renderItems(template.list, scope)
  const entries: [string, Json][] = []
  // One after the other: the dice are thrown in the order in which the template is written.
  for (const [key, value] of Object.entries(template.map))
    entries.push([key, lists.includes(key) ? renderList(value, scope) : render(value, scope)])
  return Object.fromEntries(entries)
}

/** The value of a list position: nothing becomes `[]`, one value `[value]`; `null` is a value. */
export function renderList(template: Template, scope: Scope): readonly Json[] {
  const value = 'expr' in template ? evaluate(template.expr, scope) : render(template, scope)
  return value === undefined ? [] : asList(value)
}

function renderItems(items: readonly Template[], scope: Scope): Json[] {
  const values: Json[] = []
  for (const item of items) values.push(render(item, scope))
  return values
}

function interpolate(parts: readonly (string | Expression)[], scope: Scope): string {
  let text = ''
  for (const part of parts) {
    text += typeof part === 'string' ? part : textIn(part, valueOf(part, scope))
    if (typeof part !== 'string' && text.length > limits.characters)
      throw new ExpressionError('expression.limit', `A text is longer than ${limits.characters} characters`, {
        at: part.at,
      })
  }
  return text
}

function textIn(expression: Expression, value: Json): string {
  if (value !== null) return textOf(value)
  throw new ExpressionError('expression.type', `"${expression.jsonata}" is null, which has no text`, {
    at: expression.at,
    hint: '`??` replaces only what is missing, so write `value ?: default`, which replaces null too',
  })
}

function withLists(map: JsonObject, lists: readonly string[]): JsonObject {
  const entries = Object.entries(map).map(([key, value]): [string, Json] => [
    key,
    lists.includes(key) ? asList(value) : value,
  ])
  return lists.length === 0 ? map : Object.fromEntries(entries)
}

function asList(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value]
}

import { isJsonObject, type Json } from '../json.ts'
import type { Step } from '../language/definition.ts'

type Bindings = Readonly<Record<string, Json>>

/**
 * What of `bindings` the steps of one item may ask for: rather too much than too little, for it is read from the text of
 * their expressions. Each item would else be given every result that is in sight.
 */
export function seenFrom(step: Step<'forEach'>, bindings: Bindings): Bindings {
  const text = textOf(step)
  const named = Object.entries(bindings).filter(([name]) => !own.has(name) && mentions(text, name))
  return Object.fromEntries(
    named.map(([name, value]) => [name, records.has(name) ? partOf(name, value, text) : value]),
  )
}

/** What a part has of its own. */
const own = new Set(['input', 'config', 'run'])

/** Of these, what is named: of all others, all. */
const records = new Set(['steps', 'vars'])

const texts = new WeakMap<Step<'forEach'>, string>()

function textOf(step: Step<'forEach'>): string {
  const known = texts.get(step)
  if (known !== undefined) return known
  const text = JSON.stringify([step.steps, step.itemResult])
  texts.set(step, text)
  return text
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\$${name}(?!\\w)`).test(text)
}

/** All of a record, unless every mention of it names a field at once. */
function partOf(name: string, value: Json, text: string): Json {
  if (!isJsonObject(value)) return value
  const mentioned = [...text.matchAll(new RegExp(`\\$${name}(?!\\w)(?: *\\. *([A-Za-z_]\\w*))?`, 'g'))]
  const fields = new Set(mentioned.map(([, field]) => field))
  if (fields.has(undefined)) return value
  return Object.fromEntries(Object.entries(value).filter(([field]) => fields.has(field)))
}

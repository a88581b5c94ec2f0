/** A value that survives being written to history and read back. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** A JSON Schema, 2020-12: an object, or `true` / `false`. */
export type JsonSchema = JsonObject | boolean

/** What `value` becomes once written to history and read back; `undefined` becomes `null`. */
export function toJson(value: unknown): Json {
  if (value === undefined) return null
  return isScalar(value) ? value : JSON.parse(JSON.stringify(value))
}

/** Whether `value` is what JSON carries as it is, and neither a list nor an object. */
export function isScalar(value: unknown): value is string | number | boolean | null {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

/** Whether `value` is a JSON object: neither a list nor `null`. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

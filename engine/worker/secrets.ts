import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import type { Environment } from '../config.ts'
import { EngineError } from '../error.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { CallFailed } from './call-failed.ts'

/** Where the values of secrets come from: the environment, else a dotenv file, read anew whenever one is wanted. */
export class Secrets {
  readonly #env: Environment
  readonly #file: string | undefined

  constructor(env: Environment, file?: string) {
    this.#env = env
    this.#file = file
  }

  /** Refuses a file that cannot be read before anything needs it. */
  async check(): Promise<void> {
    await this.#fromFile()
  }

  /** `input` with every marker replaced by its secret; at once where there is none. */
  reveal(input: Json, allowed: readonly string[]): Revealed | Promise<Revealed> {
    const names = markersIn(input)
    return names.length === 0 ? { input, redactor: nothingSecret } : this.#reveal(input, names, allowed)
  }

  async #reveal(input: Json, names: readonly string[], allowed: readonly string[]): Promise<Revealed> {
    const file = await this.#fromFile()
    const values = new Map(names.map((name) => [name, this.#value(name, allowed, file)] as const))
    return { input: filled(input, values), redactor: redactorFor([...values.values()]) }
  }

  #value(name: string, allowed: readonly string[], file: Environment): string {
    if (!allowed.includes(name)) throw refusal(`Secret "${name}" is not among the "secrets" of the workflow`)
    const value = this.#env[name] ?? file[name]
    const where = this.#file === undefined ? '' : ` or write it into "${this.#file}"`
    if (value === undefined || value === '')
      throw refusal(`Secret "${name}" has no value; set the environment variable ${name}${where}`)
    if (value.length < shortest)
      throw refusal(
        `Secret "${name}" is shorter than ${shortest} characters: it could not be told from other text and kept out of results`,
      )
    return value
  }

  async #fromFile(): Promise<Environment> {
    if (this.#file === undefined) return {}
    try {
      return parseEnv(await readFile(this.#file, 'utf8'))
    } catch (cause) {
      throw new EngineError('usage', `The secrets file "${this.#file}" cannot be read`, { cause })
    }
  }
}

/** An input with its secrets, and what keeps those out of everything else. */
export interface Revealed {
  readonly input: Json
  readonly redactor: Redactor
}

/** Replaces every secret of one call, in whatever an activity lets out. */
export interface Redactor {
  text(text: string): string
  json(value: Json): Json
}

const shortest = 4
const mask = '***'

/** What stands for a secret in an input: `{ $secret: NAME }`. */
function secretNamed(value: JsonObject): string | undefined {
  const { $secret } = value
  return typeof $secret === 'string' && Object.keys(value).length === 1 ? $secret : undefined
}

function markersIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(markersIn)
  if (!isJsonObject(value)) return []
  const name = secretNamed(value)
  return name === undefined ? Object.values(value).flatMap(markersIn) : [name]
}

function filled(value: Json, values: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item: Json) => filled(item, values))
  if (!isJsonObject(value)) return value
  const name = secretNamed(value)
  if (name !== undefined) return values.get(name) ?? null
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, values)]))
}

/** For calls that use no secret. */
export const nothingSecret: Redactor = { text: (text) => text, json: (value) => value }

function redactorFor(secrets: readonly string[]): Redactor {
  const forms = [...new Set(secrets.flatMap(formsOf))].toSorted((a, b) => b.length - a.length)
  const text = (input: string): string => forms.reduce((kept, form) => kept.replaceAll(form, mask), input)
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value)
    if (typeof value === 'number') return forms.includes(String(value)) ? mask : value
    if (Array.isArray(value)) return value.map(json)
    if (!isJsonObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), json(inner)]))
  }
  return { text, json }
}

/** A secret as it may come back: as it is, in JSON, in a URL, in base64. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64')
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    base64,
    base64.replaceAll('=', ''),
    bytes.toString('base64url'),
  ]
}

function refusal(message: string): CallFailed {
  return new CallFailed({ type: 'activity.invalidInput', message })
}

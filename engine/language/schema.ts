import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { metaschema, quickly } from './precompiled.ts'
import { target } from './subschema.ts'
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../json.ts'

/** The outcome of a check: the value with the schema's defaults, or where and how it does not fit. */
export type Checked =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface Problem {
  /** A JSON pointer. */
  readonly path: string
  readonly message: string
  /** The keyword of the schema that is not satisfied. */
  readonly keyword?: string
  /** The property that is missing or too many. */
  readonly property?: string
}

/** Whether `value` fits `schema`; never coerces, fills in defaults, leaves `value` itself alone. */
export function checkAgainst(schema: JsonSchema, value: Json): Checked {
  if (schema === true) return { ok: true, value }
  if (schema === false) return { ok: false, problems: [{ path: '', message: 'is not allowed' }] }
  const validate = validatorOf(schema)
  const copy: Json = structuredClone(value)
  if (validate(copy)) return { ok: true, value: copy }
  return { ok: false, problems: problemsOf(validate.errors ?? []) }
}

/** What is wrong with a JSON Schema itself; empty when it can be used. */
export function schemaProblems(schema: Json): readonly Problem[] {
  if (typeof schema === 'boolean') return []
  if (!isJsonObject(schema)) return [{ path: '', message: 'must be a JSON Schema: a map, or true or false' }]
  const known = judged.get(schema) ?? judge(schema)
  judged.set(schema, known)
  return known
}

/** Whether a validator that was compiled ahead says that `schema` is a JSON Schema 2020-12. */
function isSurelySchema(schema: JsonObject): boolean {
  return !('$schema' in schema) && (isSchema ??= quickly(metaschema))(schema)
}

/** Whether Ajv compiles `schema` if only it is a JSON Schema. */
function isPlain(schema: Json): boolean {
  if (!isJsonObject(schema)) return true
  const { properties, items, additionalProperties, enum: choices, ...others } = schema
  const inner = [items, additionalProperties, ...(isJsonObject(properties) ? Object.values(properties) : [])]
  return (
    !(Array.isArray(choices) && choices.length === 0) &&
    Object.keys(others).every((keyword) => plainKeywords.has(keyword)) &&
    inner.every((part) => part === undefined || isPlain(part))
  )
}

/** Keywords whose values the metaschema vets as strictly as Ajv does; `pattern` is looked at by {@link flawIn}. */
const plainKeywords: ReadonlySet<string> = new Set(
  (
    'type required title description default const examples format pattern minimum maximum exclusiveMinimum ' +
    'exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems minProperties maxProperties'
  ).split(' '),
)

let isSchema: ((schema: unknown) => boolean) | undefined

const judged = new WeakMap<JsonObject, readonly Problem[]>()

function judge(schema: JsonObject): readonly Problem[] {
  const flaw = flawIn(schema, '', schema)
  if (flaw) return [flaw]
  const isSure = isSurelySchema(schema)
  if (isSure && isPlain(schema)) return []
  const ajv = (shared ??= instance())
  if (!isSure && !ajv.validateSchema(schema)) return problemsOf(ajv.errors ?? [])
  try {
    validatorOf(schema)
    return []
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message : String(error) }]
  }
}

/** What a validator complained about, one line for each thing that is wrong. */
function problemsOf(errors: readonly ErrorObject[]): readonly Problem[] {
  const problems = errors.filter((error) => error.keyword !== 'if').map(problemOf)
  const seen = new Set<string>()
  return problems.filter((problem) => {
    const key = `${problem.path} ${problem.message}`
    return !seen.has(key) && seen.add(key)
  })
}

function problemOf(error: ErrorObject): Problem {
  const params = error.params as Readonly<Record<string, unknown>>
  const property = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return {
    path: error.instancePath,
    message: messageOf(error),
    keyword: error.keyword,
    ...(typeof property === 'string' && { property }),
  }
}

function messageOf(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>
  const table: Readonly<Record<string, () => string>> = {
    required: () => `must have "${String(params['missingProperty'])}"`,
    additionalProperties: () => `must not have "${String(params['additionalProperty'])}"`,
    unevaluatedProperties: () => `must not have "${String(params['unevaluatedProperty'])}"`,
    enum: () => `must be one of ${list(params['allowedValues'])}`,
    const: () => `must be ${JSON.stringify(params['allowedValue'])}`,
    type: () => `must be ${[params['type']].flat().map(String).join(' or ')}`,
    'false schema': () => 'is not allowed',
  }
  return table[error.keyword]?.() ?? error.message ?? `does not satisfy "${error.keyword}"`
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : String(values)
}

/** The first `$ref` that leads out of the document, because nothing is ever fetched, or to nothing in it; or a pattern that is none. */
function flawIn(schema: Json, path: string, root: JsonObject): Problem | undefined {
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) {
      const found = flawIn(item, `${path}/${index}`, root)
      if (found) return found
    }
    return undefined
  }
  if (!isJsonObject(schema)) return undefined
  const reference = schema['$ref'] ?? schema['$dynamicRef']
  const reason = typeof reference === 'string' ? reasonAgainst(reference, root) : undefined
  if (reason !== undefined) return { path: `${path}/$ref`, message: reason }
  if (typeof schema['pattern'] === 'string' && !isRegex(schema['pattern']))
    return { path: `${path}/pattern`, message: 'is not a regular expression' }
  for (const [key, value] of Object.entries(schema)) {
    const isData = key === 'const' || key === 'enum' || key === 'default' || key === 'examples'
    const found = isData ? undefined : flawIn(value, `${path}/${key.replaceAll('/', '~1')}`, root)
    if (found) return found
  }
  return undefined
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, 'u').flags === 'u'
  } catch {
    // The only way to ask is to try.
    return false
  }
}

function reasonAgainst(reference: string, root: JsonObject): string | undefined {
  if (!reference.startsWith('#')) return `refers to "${reference}"; only "#/…" inside the schema is allowed`
  const isLost = reference.startsWith('#/') && !('$id' in root) && target(root, reference) === undefined
  return isLost ? `refers to "${reference}", and there is nothing` : undefined
}

const compiled = new Map<string, ValidateFunction>()
const byIdentity = new WeakMap<object, ValidateFunction>()

/** The compiled form of a schema, kept by identity and, because definitions travel with their runs, by content. */
function validatorOf(schema: JsonObject): ValidateFunction {
  let validate = byIdentity.get(schema)
  if (validate) return validate
  const key = JSON.stringify(schema)
  validate = compiled.get(key) ?? compile(schema, key)
  compiled.set(key, validate)
  byIdentity.set(schema, validate)
  if (compiled.size > 1000) compiled.delete(compiled.keys().next().value ?? key)
  return validate
}

let shared: Ajv2020 | undefined

/** Compiles in an instance of its own what declares names (`$id`, `$anchor`), so that schemas never meet. */
function compile(schema: JsonObject, key: string): ValidateFunction {
  if (/"\$(?:id|anchor|dynamicAnchor)":/.test(key)) return instance().compile(schema)
  shared ??= instance()
  try {
    return shared.compile(schema)
  } finally {
    shared.removeSchema(schema)
  }
}

function instance(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    useDefaults: true,
    validateSchema: false,
    logger: false,
  })
  addFormats.default(ajv)
  return ajv
}

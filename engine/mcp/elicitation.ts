import type { Json, JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import type { Question } from '../run.ts'

/** A question as the form that clients can show: a flat object of simple fields. */
export interface Form {
  readonly message: string
  readonly requestedSchema: FormSchema
  /** The answer that a filled form means; throws a `SyntaxError` for a field that should hold JSON and does not. */
  read(content: JsonObject): Json
}

/** All that clients must understand of JSON Schema. */
export interface FormSchema extends JsonObject {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, JsonObject>>
}

/** The form of a question; `complaint` says why the answer before was refused. */
export function formOf(
  { prompt, schema, refused }: Question,
  complaint: string | undefined = refused?.reason,
): Form {
  const message = complaint === undefined ? prompt : `${complaint}\n\n${prompt}`
  if (isJsonObject(schema) && schema['type'] === 'object' && isJsonObject(schema['properties']))
    return { message, ...objectForm(schema, schema['properties']) }
  const field = isJsonObject(schema) && Object.keys(schema).length > 0 ? fieldOf(schema) : { type: 'string' }
  return {
    message,
    requestedSchema: {
      type: 'object',
      properties: { answer: { title: 'Answer', ...(field ?? jsonField(schema)) } },
      required: ['answer'],
    },
    read: ({ answer }) => (field === undefined ? parsed(answer) : (answer ?? null)),
  }
}

function objectForm(schema: JsonObject, properties: JsonObject): Pick<Form, 'requestedSchema' | 'read'> {
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    property,
    field: fieldOf(property),
  }))
  const written = new Set(fields.filter(({ field }) => field === undefined).map(({ name }) => name))
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return {
    requestedSchema: {
      type: 'object',
      properties: Object.fromEntries(
        fields.map(({ name, property, field }) => [name, field ?? jsonField(property)]),
      ),
      required: required.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name)),
    },
    read: (content) =>
      Object.fromEntries(
        Object.entries(content).map(([name, value]) => [name, written.has(name) ? parsed(value) : value]),
      ),
  }
}

const formats = new Set<Json | undefined>(['email', 'uri', 'date', 'date-time'])
const always = ['title', 'description', 'default']

/** A schema as a field of a form, without what clients need not know; `undefined` for one that is no simple field. */
function fieldOf(schema: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined
  const type = typeOf(schema)
  if (type === 'boolean') return { type, ...pick(schema, always) }
  if (type === 'number' || type === 'integer')
    return { type, ...pick(schema, [...always, 'minimum', 'maximum']) }
  if (type === 'array') return severalOf(schema)
  if (type !== 'string') return undefined
  const choice = choiceOf(schema)
  if (choice !== undefined) return { type, ...pick(schema, always), ...choice }
  return {
    type,
    ...pick(schema, [...always, 'minLength', 'maxLength']),
    ...(formats.has(schema['format']) ? pick(schema, ['format']) : {}),
  }
}

function typeOf(schema: Json | undefined): Json | undefined {
  if (!isJsonObject(schema)) return undefined
  return schema['type'] ?? (choiceOf(schema) === undefined ? undefined : 'string')
}

/** The ways to say which of a few texts it may be: those that clients know. */
function choiceOf({ enum: values, enumNames, const: value, oneOf }: JsonObject): JsonObject | undefined {
  if (typeof value === 'string') return { enum: [value] }
  if (areTexts(values)) return { enum: values, ...(areTexts(enumNames) ? { enumNames } : {}) }
  const titled = titledOf(oneOf)
  return titled && { oneOf: titled }
}

function severalOf(schema: JsonObject): JsonObject | undefined {
  const { enum: values, anyOf, oneOf }: JsonObject = isJsonObject(schema['items']) ? schema['items'] : {}
  const titled = titledOf(anyOf ?? oneOf)
  const items = areTexts(values) ? { type: 'string', enum: values } : titled && { anyOf: titled }
  return items && { type: 'array', ...pick(schema, [...always, 'minItems', 'maxItems']), items }
}

function titledOf(choices: Json | undefined): readonly JsonObject[] | undefined {
  const titled = (Array.isArray(choices) ? choices : []).flatMap((each) => {
    const { const: value, title = value }: JsonObject = isJsonObject(each) ? each : {}
    return typeof value === 'string' && title !== undefined ? [{ const: value, title }] : []
  })
  return titled.length > 0 && Array.isArray(choices) && titled.length === choices.length ? titled : undefined
}

function areTexts(values: Json | undefined): values is readonly string[] {
  return Array.isArray(values) && values.length > 0 && values.every((each) => typeof each === 'string')
}

/** A field for what no form can hold: the person writes JSON. */
function jsonField(schema: Json | undefined): JsonObject {
  const known = isJsonObject(schema) ? pick(schema, ['title']) : {}
  const wanted = JSON.stringify(schema ?? true)
  return { type: 'string', ...known, description: `JSON that fits ${wanted}` }
}

function parsed(value: Json | undefined): Json {
  return typeof value === 'string' ? JSON.parse(value) : (value ?? null)
}

function pick(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))
}

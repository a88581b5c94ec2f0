import type { Json, JsonObject, JsonSchema } from '../json.ts'
import { isJsonObject } from '../json.ts'
import type { Definition } from '../language/definition.ts'
import { portableSchema } from './portable-schema.ts'

/** A definition as a tool, in the words that both eras share. */
export interface Tool {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly icons?: readonly JsonObject[]
  readonly inputSchema: ObjectSchema
  readonly outputSchema?: ObjectSchema
  readonly annotations: ToolAnnotations
  readonly taskSupport: 'required' | 'optional' | 'forbidden'
}

/** A schema that says itself that it describes an object: the only kind that tools may have. */
export interface ObjectSchema extends JsonObject {
  readonly type: 'object'
}

/** What a client may assume about a tool before it calls it. */
export interface ToolAnnotations {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

/** The tools of the exposed definitions, by name: two lists of the same definitions are equal, byte for byte. */
export function toolsOf(definitions: readonly Definition[]): readonly Tool[] {
  return exposed(definitions).map(toolOf)
}

/** The definitions that are tools, in the order of their names: of each the newest version, where that is exposed. */
export function exposed(definitions: readonly Definition[]): readonly Definition[] {
  const newest = new Map<string, Definition>()
  for (const definition of definitions)
    if (!newest.has(definition.name)) newest.set(definition.name, definition)
  return [...newest.values()]
    .filter(({ tool }) => tool.expose)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** The name under which an input or output that is no object travels inside one. */
export const wrapped = { input: 'input', output: 'result' } as const

function toolOf(definition: Definition): Tool {
  const { name, title, description, input, output, tool } = definition
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...iconsOf(tool.icons),
    inputSchema: objectSchema(input ?? true, wrapped.input),
    ...(output === undefined ? {} : { outputSchema: objectSchema(output, wrapped.output) }),
    annotations: annotationsOf(definition),
    taskSupport: tool.taskSupport,
  }
}

/** Whether a schema leaves room for nothing but objects, so that its values travel as they are. */
export function describesObjects(schema: JsonSchema | undefined): boolean {
  if (schema === undefined || schema === true) return true
  if (schema === false) return false
  if (schema['type'] !== undefined) return schema['type'] === 'object'
  return isJsonObject(schema['properties']) || Array.isArray(schema['required'])
}

/** `schema` itself when it describes objects, else an object with it under `key`. */
function objectSchema(schema: JsonSchema, key: string): ObjectSchema {
  if (schema === true) return { type: 'object' }
  if (schema !== false && describesObjects(schema)) {
    const portable = portableSchema(schema)
    return { ...(typeof portable === 'boolean' ? {} : portable), type: 'object' }
  }
  const { $defs, definitions, ...rest }: JsonObject = typeof schema === 'boolean' ? { not: {} } : schema
  return {
    type: 'object',
    // References inside start at the root, so what they point at has to stay there.
    ...($defs === undefined ? {} : { $defs: portableDefs($defs) }),
    ...(definitions === undefined ? {} : { definitions: portableDefs(definitions) }),
    properties: { [key]: portableSchema(rest) },
    required: [key],
  }
}

function portableDefs(schemas: Json): Json {
  const portable = portableSchema({ $defs: schemas })
  return typeof portable === 'boolean' ? schemas : (portable['$defs'] ?? schemas)
}

function annotationsOf({ title, tool: { annotations } }: Definition): ToolAnnotations {
  return {
    ...(title === undefined ? {} : { title }),
    ...(annotations.readOnly === undefined ? {} : { readOnlyHint: annotations.readOnly }),
    ...(annotations.destructive === undefined ? {} : { destructiveHint: annotations.destructive }),
    ...(annotations.idempotent === undefined ? {} : { idempotentHint: annotations.idempotent }),
    ...(annotations.openWorld === undefined ? {} : { openWorldHint: annotations.openWorld }),
  }
}

/** Only what the protocol knows, and only where an image can come from; anything else would cost the client the tool. */
function iconsOf(icons: Json | undefined): { readonly icons?: readonly JsonObject[] } {
  const usable = (Array.isArray(icons) ? icons : icons === undefined ? [] : [icons])
    .map((icon) => (typeof icon === 'string' ? { src: icon } : icon))
    .filter((icon) => isJsonObject(icon))
    .filter(({ src }) => typeof src === 'string' && /^(?:https?:|data:image\/)/.test(src))
  return usable.length === 0 ? {} : { icons: usable }
}

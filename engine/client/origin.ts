import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Definition } from '../language/definition.ts'

/** What a run was started with, as far as its instance still tells. */
export interface Origin {
  /** Absent in a child run until its interpreter has found its definition. */
  readonly definition?: Definition
  /** The `name` or `name@range` by which a parent asked for a child run. */
  readonly wanted?: string
  readonly input: Json
  readonly parent?: string
  /** Whether the run is a part of its parent, cut off to keep histories short: alone it means nothing. */
  readonly isPart?: true
}

/**
 * Reads the input of an instance: a `Start`, the state that a run carries from one history to the next, or what a
 * parent starts a child with.
 */
export function originOf(serializedInput: string | undefined): Origin | undefined {
  const input = parsed(serializedInput)
  if (!isJsonObject(input)) return undefined
  const { state, part, child } = input
  if (isJsonObject(state)) return fromStart(state['start'], 'bindings' in state)
  if (part !== undefined) return fromStart(part, true)
  if (isJsonObject(child)) return fromChild(child)
  return fromStart(input)
}

/** The JSON that a hub keeps as text; `undefined` when there is none, or when another program put something else there. */
export function parsed(text: string | undefined): Json | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not written by us
  }
}

function fromStart(start: Json | undefined, isPart = false): Origin | undefined {
  if (!isJsonObject(start)) return undefined
  const { definition, input = null, parent } = start
  if (!isDefinition(definition)) return undefined
  return { definition, input, ...(typeof parent === 'string' && { parent }), ...(isPart && { isPart }) }
}

function fromChild({ workflow, input = null, parent }: JsonObject): Origin | undefined {
  if (typeof workflow !== 'string') return undefined
  return { wanted: workflow, input, ...(typeof parent === 'string' && { parent }) }
}

/** Definitions enter instances only through us, already validated: their shape is not checked again. */
function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === 'object' && value !== null && 'name' in value && 'version' in value && 'steps' in value
  )
}

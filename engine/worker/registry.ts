import { pathToFileURL } from 'node:url'
import { EngineError } from '../error.ts'
import { toJson } from '../json.ts'
import type { ActivityCatalog, ActivitySignature } from '../language/catalog.ts'
import { meantOrKnown } from '../language/names.ts'
import { schemaProblems } from '../language/schema.ts'
import { inWords } from '../violations.ts'
import type { ActivityDefinition, ActivityHandler, ActivityRegistry } from './activity.ts'

/** The names below which the engine keeps its own activities. */
const reservedPrefix = 'longhaul.'

/**
 * Imports a module of activities: a record of name → function or `{run, input?, output?, description?}`, exported as
 * default or as `activities`. Every mistake in it is told at once.
 */
export async function loadActivities(file: string): Promise<ActivityRegistry> {
  const module = await imported(file)
  const record = module['activities'] ?? module['default']
  if (isRecord(record)) return checkedRegistry(record, file)
  const exported = Object.keys(module).join(', ') || 'nothing'
  throw new EngineError(
    'activities.invalid',
    `Activities module "${file}" must export a record of activities, as default or as "activities"; it exports ${exported}`,
  )
}

/** `record` as a registry; refused with everything that is wrong in it. */
export function checkedRegistry(record: Readonly<Record<string, unknown>>, place: string): ActivityRegistry {
  const complaints = Object.entries(record).flatMap(([name, activity]) => complaintsAbout(name, activity))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each entry was just looked at
  if (complaints.length === 0) return record as ActivityRegistry
  throw new EngineError('activities.invalid', `Activities in "${place}": ${complaints.join('; ')}`, {
    data: complaints,
  })
}

/** The activity registered as `name`: names such as `constructor` mean what was registered, and nothing else. */
export function activityNamed(name: string, registry: ActivityRegistry): ActivityDefinition | undefined {
  const activity = Object.hasOwn(registry, name) ? registry[name] : undefined
  return typeof activity === 'function' ? { run: activity } : activity
}

/** Why there is no activity `name`, with the one that was probably meant. */
export function unknownActivity(name: string, registry: ActivityRegistry): string {
  const hint = meantOrKnown(name, Object.keys(registry), 'Registered') ?? 'No activity is registered'
  return `Activity "${name}" is not registered. ${hint}`
}

/** What the language may know about the activities of a registry. */
export function catalogOf(registry: ActivityRegistry): ActivityCatalog {
  return Object.fromEntries(Object.entries(registry).map(([name, activity]) => [name, signatureOf(activity)]))
}

function signatureOf(activity: ActivityHandler | ActivityDefinition): ActivitySignature {
  if (typeof activity === 'function') return {}
  const { input, output, description } = activity
  return {
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(description !== undefined && { description }),
  }
}

async function imported(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message + placeIn(cause) : String(cause)
    throw new EngineError('activities.invalid', `Activities module "${file}" cannot be loaded: ${reason}`, {
      cause,
    })
  }
}

/** Where in the module it went wrong, when Node tells: the first place in the stack. */
function placeIn({ message, stack = '' }: Error): string {
  const place = /(?:file:\/\/)?(\/[^\s()]+?:\d+(?::\d+)?)/.exec(stack)?.[1]
  return place === undefined || message.includes(place) ? '' : ` (${place})`
}

const known = ['run', 'input', 'output', 'description']

function complaintsAbout(name: string, activity: unknown): string[] {
  const complain = (what: string): string[] => [`"${name}" ${what}`]
  if (name.startsWith(reservedPrefix))
    return complain(`begins with "${reservedPrefix}", which belongs to the engine`)
  if (!/^[\w.-]+$/.test(name)) return complain('is not a name: use letters, digits, ".", "_" and "-"')
  if (typeof activity === 'function') return []
  if (!isRecord(activity))
    return complain(`is ${nounOf(activity)}; a function or {run, input?, output?, description?} is right`)
  if (typeof activity['run'] !== 'function')
    return complain(`has a "run" that is ${nounOf(activity['run'])}; a function is right`)
  return [
    ...Object.keys(activity)
      .filter((key) => !known.includes(key))
      .flatMap((key) => complain(`has an unknown key "${key}"; known: ${known.join(', ')}`)),
    ...['input', 'output'].flatMap((key) => schemaComplaints(key, activity[key]).flatMap(complain)),
    ...(activity['description'] === undefined || typeof activity['description'] === 'string'
      ? []
      : complain(`has a "description" that is ${nounOf(activity['description'])}; a text is right`)),
  ]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function schemaComplaints(key: string, schema: unknown): string[] {
  if (schema === undefined) return []
  try {
    const problems = schemaProblems(toJson(schema))
    return problems.length === 0 ? [] : [`has an "${key}" that is no JSON Schema: ${inWords(problems)}`]
  } catch {
    return [`has an "${key}" that is not plain JSON`] // a cycle, or something that JSON does not know
  }
}

function nounOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

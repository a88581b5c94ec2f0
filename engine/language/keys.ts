import { nearest } from './names.ts'
import schema from '../../schemas/workflow.schema.json' with { type: 'json' }

/** Every kind of step, in the order in which the schema lists them. */
export const kindKeys: readonly string[] = [...Object.keys(schema.$defs.stepWithoutKind.properties), 'if']

/** The modifiers that any step may have. */
export const modifierKeys: readonly string[] = Object.keys(schema.$defs.step.properties)

/** The keys that a schema of a map declares, those that it only lets pass included. */
export function keysOf(map: object | undefined): readonly string[] {
  const declared = map && 'properties' in map ? Object.keys(map.properties ?? {}) : []
  const patterns = map && 'patternProperties' in map ? Object.keys(map.patternProperties ?? {}) : []
  const alternatives = patterns.flatMap((pattern) => /^\^\((.*)\)\$$/.exec(pattern)?.[1]?.split('|') ?? [])
  return [...declared, ...alternatives.filter((key) => !declared.includes(key))]
}

/** The kinds beside which a key may stand. */
export function homesOf(key: string): readonly string[] {
  return kindKeys.filter((kind) => {
    const step: object | undefined = Object.entries(schema.$defs).find(
      ([name]) => name === `${kind}Step`,
    )?.[1]
    const properties = step && 'properties' in step ? Object.keys(step.properties ?? {}) : []
    return kind !== key && properties.includes(key)
  })
}

const definitionNames = new Map<object | undefined, string>(
  Object.entries(schema.$defs).map(([name, definition]) => [definition, name]),
)

/** The name under which a part of the schema stands among its definitions. */
export function definitionNameOf(part: object | undefined): string | undefined {
  return definitionNames.get(part)
}

/** What other languages call it, and what it is called here. */
const elsewhere: Readonly<Record<string, string>> = {
  action: 'call',
  activity: 'call',
  args: 'with',
  arguments: 'with',
  body: 'steps',
  cases: 'switch',
  delay: 'wait',
  do: 'steps',
  each: 'forEach',
  error: 'fail',
  for: 'forEach',
  foreach: 'forEach',
  input: 'with',
  inputs: 'with',
  items: 'in',
  map: 'forEach',
  onError: 'catch',
  params: 'with',
  parameters: 'with',
  raise: 'fail',
  repeat: 'loop',
  run: 'call',
  signal: 'emit',
  sleep: 'wait',
  subflow: 'workflow',
  task: 'call',
  throw: 'fail',
  until: 'loop',
  uses: 'call',
  while: 'loop',
}

/** The known key that a stranger was probably meant to be: a slip, or the word of another language. */
export function keyMeant(key: string, known: readonly string[]): string | undefined {
  const other = elsewhere[key]
  return other !== undefined && known.includes(other) ? other : nearest(key, known)
}

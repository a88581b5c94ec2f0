import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { activityNamed, catalogOf, loadActivities, unknownActivity } from '../../engine/worker/registry.ts'

async function moduleOf(source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-activities-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'index.mjs')
  await writeFile(file, source)
  return file
}

test.for([
  ['as default', 'export default { hello: () => 1 }'],
  ['as "activities"', 'export const activities = { hello: () => 1 }'],
  [
    'with a schema',
    'export default { hello: { run: () => 1, input: { type: "object" }, description: "Says it" } }',
  ],
] as const)('a module exports its activities %s', async ([, source]) => {
  expect(Object.keys(await loadActivities(await moduleOf(source)))).toEqual(['hello'])
})

test.for<[string, string | undefined, RegExp]>([
  ['that is not there', undefined, /cannot be loaded/],
  ['that throws', 'throw new Error("no database")', /cannot be loaded: no database \(.*index\.mjs:1/],
  ['that exports something else', 'export const a = 1, b = 2', /it exports a, b/],
  ['that exports nothing', '', /it exports nothing/],
  ['with a text for an activity', 'export default { hello: "x" }', /"hello" is a string; a function or/],
  ['with no run', 'export default { hello: { input: {} } }', /"hello" has a "run" that is missing/],
  [
    'with a slip in a key',
    'export default { hello: { run() {}, inptu: {} } }',
    /unknown key "inptu"; known: run, input/,
  ],
  [
    'with a schema that is none',
    'export default { hello: { run() {}, input: 3 } }',
    /"input" that is no JSON Schema: must be a JSON Schema/,
  ],
  [
    'with a broken schema',
    'export default { hello: { run() {}, output: { type: "strnig" } } }',
    /"output" that is no JSON Schema: "\/type"/,
  ],
  ['with our own prefix', 'export default { "longhaul.x": () => 1 }', /belongs to the engine/],
  ['with a name of two words', 'export default { "say hello": () => 1 }', /"say hello" is not a name/],
])('a module %s is refused with the place and what was found', async ([, source, complaint]) => {
  const file = source === undefined ? '/nowhere/index.mjs' : await moduleOf(source)
  await expect(loadActivities(file)).rejects.toMatchObject({
    code: 'activities.invalid',
    message: expect.stringMatching(complaint),
  })
  await expect(loadActivities(file)).rejects.toThrow(file)
})

test('every mistake of a module is told at once', async () => {
  const file = await moduleOf('export default { a: 1, b: null, ok: () => 1 }')
  await expect(loadActivities(file)).rejects.toMatchObject({
    data: [expect.stringContaining('"a"'), expect.stringContaining('"b"')],
  })
})

const run = (): number => 1

test('names that every object has mean what was registered, and nothing else', () => {
  expect(activityNamed('constructor', {})).toBeUndefined()
  expect(activityNamed('toString', { toString: run })).toEqual({ run })
})

test('an unknown activity is told with the one that was probably meant', () => {
  const registry = { 'card.charge': () => 1, 'card.refund': () => 2 }
  expect(unknownActivity('card.chrage', registry)).toBe(
    'Activity "card.chrage" is not registered. Did you mean "card.charge"?',
  )
  expect(unknownActivity('mail.send', registry)).toContain('Registered: "card.charge", "card.refund"')
  expect(unknownActivity('mail.send', {})).toContain('No activity is registered')
})

test('the catalog tells the schemas and nothing of the code', () => {
  const input = { type: 'object' } as const
  expect(catalogOf({ plain: () => 1, full: { run: () => 1, input, description: 'Does it' } })).toEqual({
    plain: {},
    full: { input, description: 'Does it' },
  })
})

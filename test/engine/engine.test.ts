import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Engine, type EngineOptions, openEngine } from '../../engine/engine.ts'
import { folderForTest } from '../support/hub.ts'

const hello = (text: string, version = '1.0.0'): string => `
name: hello
version: ${version}
description: Says ${text}
steps:
  - id: say
    call: say
    with: { text: ${text} }
`

const say = (input: { text: string }): string => input.text

async function projectOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await folderForTest()
  await mkdir(join(folder, 'definitions'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function engineOf(folder: string, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await openEngine({
    definitions: join(folder, 'definitions'),
    data: join(folder, 'data'),
    activities: { say },
    env: {},
    ...options,
  })
  onTestFinished(() => engine.stop({ graceMs: 0 }))
  return engine
}

const changeOf = (engine: Engine): Promise<void> =>
  new Promise((resolve) => {
    const stop = engine.onDefinitionsChanged(() => {
      stop()
      resolve()
    })
  })

test('an engine runs the definitions of a folder with the activities of a module', async () => {
  const folder = await projectOf({
    'definitions/hello.yaml': hello('hi'),
    'activities.mjs': 'export default { say: { run: ({ text }) => text, description: "Says it" } }',
  })
  const engine = await engineOf(folder, { activities: join(folder, 'activities.mjs') })
  const [definition] = engine.definitions()
  expect(engine.issues()).toEqual([])
  expect(engine.catalog).toEqual({ say: { description: 'Says it' } })
  expect(engine.sources()).toEqual([{ file: 'hello.yaml', text: hello('hi') }])
  if (!definition) throw new Error('there is no definition')
  const { id } = await engine.client.start(definition, null)
  expect(await engine.client.wait(id)).toMatchObject({ status: 'completed', output: 'hi' })
})

test('what an engine was told is there when it is opened again, and goes on', async () => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  const first = await engineOf(folder, { worker: false })
  const [definition] = first.definitions()
  if (!definition) throw new Error('there is no definition')
  const { id } = await first.client.start(definition, null)
  await first.stop()
  const second = await engineOf(folder)
  expect((await second.client.wait(id)).output).toBe('hi')
})

test('a definition with errors is not loaded, its issues are told, and the others are', async () => {
  const folder = await projectOf({
    'definitions/hello.yaml': hello('hi'),
    'definitions/broken.yaml': 'name: broken\ndescription: Is broken\nsteps:\n  - call: sya\n    with: {}\n',
  })
  const engine = await engineOf(folder)
  expect(engine.definitions().map(({ name }) => name)).toEqual(['hello'])
  expect(engine.issues()).toMatchObject([
    { code: 'activity.unknown', file: 'broken.yaml', line: 4, column: 11 },
  ])
})

test('an edited definition is taken up, and a run under way keeps the one it has', async () => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  const begun = Promise.withResolvers<void>()
  const ending = Promise.withResolvers<void>()
  const engine = await engineOf(folder, {
    watch: true,
    activities: {
      say: async (input: { text: string }) => {
        begun.resolve()
        await ending.promise
        return input.text
      },
    },
  })
  const [before] = engine.definitions()
  if (!before) throw new Error('there is no definition')
  const old = await engine.client.start(before, null)
  await begun.promise

  const changed = changeOf(engine)
  await writeFile(join(folder, 'definitions/hello.yaml'), hello('servus', '2.0.0'))
  await changed
  const [after] = engine.definitions()
  if (!after) throw new Error('there is no definition')
  const young = await engine.client.start(after, null)
  ending.resolve()
  expect(await engine.client.wait(old.id)).toMatchObject({ version: '1.0.0', output: 'hi' })
  expect(await engine.client.wait(young.id)).toMatchObject({ version: '2.0.0', output: 'servus' })
})

test('of a definition that was broken while the engine runs, the last good version stays', async () => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  const engine = await engineOf(folder, { watch: true })
  const good = engine.definitions()

  const broken = changeOf(engine)
  await writeFile(join(folder, 'definitions/hello.yaml'), hello('hi').replace('call: say', 'call: sya'))
  await broken
  expect(engine.definitions()).toEqual(good)
  expect(engine.issues()).toMatchObject([{ code: 'activity.unknown' }])

  const mended = changeOf(engine)
  await writeFile(join(folder, 'definitions/hello.yaml'), hello('again'))
  await mended
  expect(engine.issues()).toEqual([])
  expect(engine.definitions()).toMatchObject([{ description: 'Says again' }])
})

test('definitions come and go with their files, those in folders too', async () => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  const engine = await engineOf(folder, { watch: true })
  const more = changeOf(engine)
  await mkdir(join(folder, 'definitions/more'))
  await writeFile(join(folder, 'definitions/more/bye.yaml'), hello('bye').replace('name: hello', 'name: bye'))
  await more
  expect(engine.definitions().map(({ name, file }) => [name, file])).toEqual([
    ['bye', 'more/bye.yaml'],
    ['hello', 'hello.yaml'],
  ])
  const fewer = changeOf(engine)
  await rm(join(folder, 'definitions/hello.yaml'))
  await fewer
  expect(engine.definitions().map(({ name }) => name)).toEqual(['bye'])
})

test('another process reaches the runs over the hub of this one', async () => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  const owner = await engineOf(folder, { worker: false })
  const port = await owner.listen('127.0.0.1:0')
  const hub = `Endpoint=http://127.0.0.1:${port};Authentication=None;TaskHub=default`
  const other = await engineOf(folder, { hub })
  const [definition] = owner.definitions()
  if (!definition) throw new Error('there is no definition')
  const { id } = await owner.client.start(definition, null)
  expect((await other.client.wait(id)).output).toBe('hi')
  await expect(other.listen('127.0.0.1:0')).rejects.toMatchObject({ code: 'usage' })
})

test.for<[string, Partial<EngineOptions>, string]>([
  ['a folder of definitions that is not there', { definitions: '/nowhere' }, 'usage'],
  ['a module of activities that is not there', { activities: '/nowhere.mjs' }, 'activities.invalid'],
  ['activities with our own prefix', { activities: { 'longhaul.x': () => 1 } }, 'activities.invalid'],
  ['a secrets file that is not there', { secretsFile: '/nowhere/.env' }, 'usage'],
])('%s is refused before anything is left open', async ([, options, code]) => {
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi') })
  await expect(engineOf(folder, options)).rejects.toMatchObject({ code })
  expect((await engineOf(folder)).definitions()).toHaveLength(1)
})

test('a definition with a schedule is run at its ticks, and no more once its file is gone', async () => {
  const schedule = '\nschedule: { cron: "* * * * * *", overlap: allow }\n'
  const folder = await projectOf({ 'definitions/hello.yaml': hello('hi').trimEnd() + schedule })
  const engine = await engineOf(folder, { watch: true })
  expect(engine.issues()).toEqual([])
  const [first] = await vi.waitUntil(
    async () => {
      const { runs } = await engine.client.list({ workflow: 'hello', status: ['completed'], withData: true })
      return runs.length > 0 && runs
    },
    { timeout: 5_000, interval: 20 },
  )
  expect(first).toMatchObject({ output: 'hi' })

  const gone = changeOf(engine)
  await rm(join(folder, 'definitions/hello.yaml'))
  await gone
  await vi.waitUntil(async () => (await engine.client.get('schedule:hello'))?.status === 'cancelled', {
    timeout: 5_000,
    interval: 20,
  })
})

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { decide, RawHub } from './raw.ts'
import { moveAway, openBench, until } from './sdk.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'longhaul-trouble-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a second owner is refused, in this process and in another', async () => {
  const path = join(folder(), 'hub.db')
  const first = await openScheduler({ path })
  onTestFinished(() => first.close())
  await expect(openScheduler({ path })).rejects.toMatchObject({
    code: 'data.locked',
    message: `"${path}" is in use by another process; stop that process, talk to it, or name another data folder`,
  })

  const module = new URL('../../engine/scheduler/scheduler.ts', import.meta.url).href
  const script = `import { openScheduler } from ${JSON.stringify(module)}; openScheduler({ path: ${JSON.stringify(path)} }).catch((error) => console.log(error.code))`
  const other = spawn(process.execPath, ['--input-type=module', '--eval', script])
  const said: Buffer[] = []
  other.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await new Promise((resolve) => other.on('close', resolve))
  expect(Buffer.concat(said).toString().trim()).toBe('data.locked')
})

test.for([
  ['text', 'This is not a database, but a letter of some length. '.repeat(20), 'is not a Longhaul hub'],
  ['another database', undefined, 'is not a Longhaul hub'],
] as const)('%s is not taken for a hub, and not touched', async ([, text, complaint]) => {
  const path = join(folder(), 'hub.db')
  if (text === undefined) new DatabaseSync(path).exec('CREATE TABLE letters (x)')
  else writeFileSync(path, text)
  const before = readFileSync(path)

  await expect(openScheduler({ path })).rejects.toMatchObject({
    code: 'data.invalid',
    message: expect.stringContaining(complaint),
  })
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a file of a newer program is refused, and not touched', async () => {
  const path = join(folder(), 'hub.db')
  await (await openScheduler({ path })).close()
  const file = new DatabaseSync(path)
  file.exec('PRAGMA user_version = 99')
  file.close()

  await expect(openScheduler({ path })).rejects.toMatchObject({
    code: 'data.invalid',
    message: expect.stringMatching(/newer version of Longhaul \(its schema is 99, this program knows \d+\)/),
  })
})

test('a damaged file is said to be damaged', async () => {
  const path = join(folder(), 'hub.db')
  await (await openScheduler({ path })).close()
  const bytes = readFileSync(path)
  bytes.fill(0xff, 4096)
  writeFileSync(path, bytes)

  await expect(openScheduler({ path })).rejects.toMatchObject({
    code: 'data.invalid',
    message: expect.stringMatching(/is damaged .* put a backup in its place/),
  })
})

test.for([
  ['a folder that is not there', join('nowhere', 'hub.db')],
  ['a folder in its place', '.'],
] as const)('%s is explained', async ([, name]) => {
  await expect(openScheduler({ path: join(folder(), name) })).rejects.toMatchObject({
    code: 'data.unavailable',
    message: expect.stringContaining('it cannot be opened'),
  })
})

test.runIf(process.getuid?.() !== 0)('a file that cannot be written is explained', async () => {
  const path = join(folder(), 'hub.db')
  await (await openScheduler({ path })).close()
  chmodSync(path, 0o400)

  await expect(openScheduler({ path })).rejects.toMatchObject({
    code: 'data.unavailable',
    message: expect.stringContaining('it cannot be written'),
  })
})

test('while the file is gone nothing is accepted; when it is back, work goes on and nothing is lost', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  const lost = await worker.nextTurn()
  const file = join(bench.folder, 'hub.db')
  await moveAway(file)
  const refusal = { code: 14, details: expect.stringContaining('it was deleted or moved away') }
  await expect(hub.completeTurn(lost.token, [decide.call(1, 'x')])).rejects.toMatchObject(refusal)
  await expect(hub.start('o', 'b')).rejects.toMatchObject(refusal)
  bench.clock.advance(5_000)
  expect(worker.turns).toEqual([])
  expect(worker.calls).toEqual([])
  renameSync(`${file}.gone`, file)
  bench.clock.advance(30_000)

  const again = await worker.nextTurn()
  expect(again.id).toBe('a')
  expect(again.told.filter((event) => event.hasExecutionstarted())).toHaveLength(1)
  await expect(hub.completeTurn(lost.token, [])).rejects.toMatchObject({ code: 5 })
  await hub.completeTurn(again.token, [decide.call(1, 'x')])
  await until(() => worker.calls.length === 1)
  expect(await hub.state('b')).toBeUndefined()
})

test('another file in its place is not written to', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const file = join(bench.folder, 'hub.db')
  await moveAway(file)
  writeFileSync(file, '')

  await expect(hub.start('o', 'a')).rejects.toMatchObject({
    details: expect.stringContaining('another file is in its place'),
  })
  expect(readFileSync(file)).toHaveLength(0)
})

test('what was refused in a transaction does not concern the rest of it', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const outcomes = await Promise.allSettled([
    hub.start('o', 'a'),
    hub.start('o', 'a'),
    hub.raise('nobody', 'x', 1),
    hub.start('o', 'b'),
  ])

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(await hub.state('b')).toBeDefined()
})

test('a hub that has closed says so', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  await bench.scheduler.close()

  await expect(hub.start('o', 'a')).rejects.toMatchObject({ code: 14, details: 'The hub has closed' })
  await expect(hub.state('a')).rejects.toMatchObject({ code: 14 })
  await bench.open()
})

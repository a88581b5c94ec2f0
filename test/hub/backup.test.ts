import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { hubOf, ownerOf } from '../../engine/cli/endpoint.ts'
import { EngineError } from '../../engine/error.ts'
import { connectHub } from '../../engine/hub/connect.ts'
import { openClient } from '../../engine/client/open-client.ts'
import { compile } from '../../engine/language/compile.ts'
import { readDefinitions } from '../../engine/language/read.ts'
import { unsentBeside } from '../../engine/scheduler/backup.ts'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { RawHub } from '../scheduler/raw.ts'
import { projectWith } from '../support/files.ts'
import { longhaul, type Running, temporaryFolder } from '../support/process.ts'
import { until } from '../scheduler/sdk.ts'

/** Each run does three hundred pieces of work, one after the other: it is not at its end before a copy is made. */
const project = {
  'definitions/count.yaml': `
name: count
description: Counts to three hundred
vars: { n: 0 }
steps:
  - loop:
      while: $vars.n < 300
      steps:
        - { id: next, call: next, with: "\${ $vars.n }" }
        - { set: { n: "\${ $steps.next }" } }
result: \${ $vars.n }
`,
  'activities/index.mjs': `
import { setTimeout as pause } from 'node:timers/promises'
export const activities = { next: async (n) => { await pause(10); return n + 1 } }
`,
}

async function serve(cwd: string, data: string): Promise<{ serving: Running; connection: string }> {
  const serving = longhaul(['serve', '--port', '0', '--data', data], { cwd })
  await serving.says(/MCP/)
  const owner = await ownerOf(data)
  if (!owner) throw new Error('Nobody serves')
  return { serving, connection: hubOf(owner) }
}

async function clientOf(connection: string): ReturnType<typeof openClient> {
  return openClient(await connectHub(connection))
}

test('a copy that is made while another process works is whole, and a hub begun from it ends the runs', async () => {
  const cwd = projectWith(project)
  const { serving, connection } = await serve(cwd, join(cwd, 'data'))
  const client = await clientOf(connection)
  const ids = Array.from({ length: 15 }, (_, i) => `run-${i}`)
  const [count] = compile(await readDefinitions([join(cwd, 'definitions')])).definitions
  if (!count) throw new Error('There is no definition')
  for (const id of ids) await client.start(count, {}, { id })
  await until(async () => (await client.get('run-12'))?.status === 'running')
  const copied = await longhaul(['hub', 'backup', 'copy.db', '--data', 'data', '--json'], { cwd }).ended
  await client.close()
  serving.kill('SIGKILL')

  expect(copied).toMatchObject({ code: 0, err: '' })
  const said: { file: string; bytes: number; runs: number } = JSON.parse(copied.out)
  expect(said).toMatchObject({ file: join(cwd, 'copy.db') })
  expect(said.runs).toBe(ids.length)
  expect(statSync(said.file)).toMatchObject({ size: said.bytes })
  expect(statSync(said.file).mode & 0o777).toBe(0o600)
  const copy = new DatabaseSync(said.file, { readOnly: true })
  expect(
    copy.prepare("SELECT count(*) AS n FROM instances WHERE status = 'running'").get()?.['n'],
  ).toBeGreaterThan(0)
  copy.close()
  expect(readdirSync(cwd).filter((name) => name.includes('unfinished'))).toEqual([])
  expect(readdirSync(join(cwd, 'data')).filter((name) => name.includes('unsent'))).toEqual([])

  const restored = join(cwd, 'restored')
  mkdirSync(restored)
  renameSync(said.file, join(restored, 'hub.db'))
  const again = await serve(cwd, restored)
  const after = await clientOf(again.connection)
  for (const id of ids) expect(await after.wait(id)).toMatchObject({ status: 'completed', output: 300 })
  await after.close()
})

test('a folder that nobody has is copied as it lies, and the copy is older than what comes after', async () => {
  const cwd = projectWith(project)
  await longhaul(['start', 'count', '--id', 'before'], { cwd }).ended
  const { code, err } = await longhaul(['hub', 'backup', 'copy.db'], { cwd }).ended
  expect(err).toMatch(/^Copied 1 runs, .* MB, to .*copy\.db; the copy is whole\n$/)
  expect(code).toBe(0)
  await longhaul(['start', 'count', '--id', 'after'], { cwd }).ended

  const ids = new DatabaseSync(join(cwd, 'copy.db')).prepare('SELECT id FROM instances').all()
  expect(ids.map(({ id }) => id)).toEqual(['before'])
})

test('a file that is there stays, unless it is to be replaced', async () => {
  const cwd = projectWith(project)
  await longhaul(['start', 'count', '--id', 'run'], { cwd }).ended
  writeFileSync(join(cwd, 'copy.db'), 'precious')
  const refused = await longhaul(['hub', 'backup', 'copy.db'], { cwd }).ended
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringMatching(/copy\.db" exists already; name another file, or replace it with --force/),
  })
  expect(readFileSync(join(cwd, 'copy.db'), 'utf8')).toBe('precious')
  expect((await longhaul(['hub', 'backup', 'copy.db', '--force'], { cwd }).ended).code).toBe(0)
  expect(readFileSync(join(cwd, 'copy.db'), 'latin1')).toMatch(/^SQLite format 3/)
})

test.for([
  ['a folder without a hub', {}, ['x.db'], 2, /There is no hub in ".*\.longhaul"; --data names/],
  ['a place that is not there', {}, ['no/x.db'], 2, /There is no folder ".*no" to write a copy into/],
  [
    'a file that is something else',
    { '.longhaul/hub.db': 'x'.repeat(5000) },
    ['x.db'],
    1,
    /hub\.db" is not a Longhaul hub/,
  ],
  [
    'a hub that does not answer',
    {},
    ['x.db', '--hub', 'Endpoint=http://127.0.0.1:1;Authentication=None;TaskHub=default'],
    1,
    /sent no copy: /,
  ],
] as const)(
  '%s is refused with a sentence, and leaves nothing behind',
  async ([, files, args, code, why]) => {
    const cwd = projectWith(files)
    const ended = await longhaul(['hub', 'backup', ...args], { cwd }).ended

    expect(ended).toMatchObject({ code, out: '', err: expect.stringMatching(why) })
    expect(ended.err).not.toMatch(/^\s+at /m)
    expect(existsSync(join(cwd, 'x.db'))).toBe(false)
    expect(readdirSync(cwd).filter((name) => name.includes('unfinished'))).toEqual([])
  },
)

test('a copy of a damaged file is not kept for a good one', async () => {
  const cwd = temporaryFolder()
  const path = join(cwd, '.longhaul/hub.db')
  mkdirSync(join(cwd, '.longhaul'))
  await (await openScheduler({ path })).close()
  const file = new DatabaseSync(path)
  file.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
    INSERT INTO inputs SELECT i, printf('%0400d', i) FROM n`)
  file.close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xa5, bytes.length - 30_000, bytes.length - 10_000))
  const { code, err } = await longhaul(['hub', 'backup', 'x.db'], { cwd }).ended

  expect(err).toMatch(/What was copied is not whole \(.*\); the hub's own file may be damaged/)
  expect(code).toBe(1)
  expect(existsSync(join(cwd, 'x.db'))).toBe(false)
})

test('while a large file is copied, the hub goes on: no commit waits for the end of the copy', async () => {
  const path = join(temporaryFolder(), 'hub.db')
  await (await openScheduler({ path })).close()
  const file = new DatabaseSync(path)
  file.exec(`
    PRAGMA synchronous = OFF;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO inputs SELECT i, printf('%04000d', i) FROM n`)
  file.close()
  const scheduler = await openScheduler({ path })
  const hub = new RawHub(scheduler)
  const copied = new AbortController()
  const copying = scheduler.backup(join(temporaryFolder(), 'copy.db')).finally(() => copied.abort())
  let startedMeanwhile = 0
  for (;;) {
    await hub.start('o', `run-${startedMeanwhile}`)
    if (copied.signal.aborted) break
    startedMeanwhile++
  }
  await copying
  await scheduler.close()

  expect(startedMeanwhile).toBeGreaterThan(5)
})

test('a copy that a hub did not live to send is gone with the next start', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'hub.db')
  const left = unsentBeside(path)
  for (const file of [left, `${left}-journal`, join(folder, 'other.db.unsent')]) writeFileSync(file, 'half')
  await (await openScheduler({ path })).close()

  expect(readdirSync(folder).toSorted()).toEqual(['hub.db', 'other.db.unsent'])
})

test('a hub that is not one of ours says that it gives no copies', async () => {
  const { Server, ServerCredentials } = await import('@grpc/grpc-js')
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = new Server()
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, port) => resolve(port))
  const { backUpFrom } = await import('../../engine/hub/backup.ts')
  const connection = await connectHub(
    `Endpoint=http://127.0.0.1:${await promise};Authentication=None;TaskHub=default`,
  )
  const error = await backUpFrom(connection, join(temporaryFolder(), 'x.db')).catch((cause: unknown) => cause)
  server.forceShutdown()

  expect(error).toBeInstanceOf(EngineError)
  expect(error).toMatchObject({
    code: 'hub.invalid',
    message: expect.stringContaining('does not hand out copies'),
  })
})

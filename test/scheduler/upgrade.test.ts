import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { copyClosed, writeCopy } from '../../engine/scheduler/backup.ts'
import { activityRequest } from '../../engine/scheduler/event.ts'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { temporaryFolder } from '../support/process.ts'
import { decide, RawHub } from './raw.ts'

const firstSchema = readFileSync(new URL('../../engine/scheduler/schema.sql', import.meta.url), 'utf8')

/** A hub's file as the first version of the schema wrote it, with a run that has called an activity and waits for it. */
async function fileOfTheFirstVersion(): Promise<string> {
  const folder = temporaryFolder()
  const scheduler = await openScheduler({ path: join(folder, 'now.db') })
  const hub = new RawHub(scheduler)
  const worker = hub.join()
  await hub.start('o', 'run')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.call(1, 'work')])
  await hub.raise('run', 'letter', 1)
  await scheduler.close()
  const path = join(folder, 'hub.db')
  const old = new DatabaseSync(path)
  old.exec(firstSchema)
  old.exec(`PRAGMA application_id = 0x4c485542; PRAGMA user_version = 1; ATTACH '${folder}/now.db' AS now`)
  for (const table of ['instances', 'inputs', 'history', 'inbox']) {
    const columns = old
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => String(name))
      .join()
    old.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM now.${table}`)
  }
  const { key, generation } = old.prepare('SELECT key, generation FROM instances').get() ?? {}
  const call = { id: 1, instance: 'run', generation: String(generation), call: { name: 'work' } }
  old
    .prepare(`INSERT INTO activities VALUES (?, 9, ?, 1, 'work', NULL, ?)`)
    .run(key ?? null, call.generation, activityRequest(call))
  old.close()
  return path
}

function pragma(path: string, name: string): unknown {
  const file = new DatabaseSync(path)
  const value = file.prepare(`PRAGMA ${name}`).get()?.[name]
  file.close()
  return value
}

test('a file of the first version is brought up to date, and its runs go on', async () => {
  const path = await fileOfTheFirstVersion()
  const scheduler = await openScheduler({ path })
  const hub = new RawHub(scheduler)
  const worker = hub.join()
  const call = await worker.nextCall()
  expect(call).toMatchObject({ id: 'run', name: 'work' })
  await hub.completeTurn((await worker.nextTurn()).token, [])
  await hub.completeCall(call.token, 'done')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.end(2, 'done')])
  expect((await hub.state('run'))?.getOutput()?.getValue()).toBe('"done"')
  expect(await hub.purge(['run'])).toBe(1)
  await scheduler.close()

  expect(pragma(path, 'user_version')).toBeGreaterThan(1)
  expect(pragma(path, 'integrity_check')).toBe('ok')
  await (await openScheduler({ path })).close() // and what is up to date is opened as it is
})

test('a copy that is made before an upgrade is of the first version still, and so is the file', async () => {
  const path = await fileOfTheFirstVersion()
  const copy = join(temporaryFolder(), 'copy.db')
  expect(await writeCopy(copy, (unfinished) => copyClosed(path, unfinished))).toMatchObject({ instances: 1 })

  expect([pragma(copy, 'user_version'), pragma(path, 'user_version')]).toEqual([1, 1])
})

test('an upgrade that fails leaves the file as it was', async () => {
  const path = await fileOfTheFirstVersion()
  const file = new DatabaseSync(path)
  file.exec('CREATE TABLE leftovers (in_the_way)')
  file.close()
  await expect(openScheduler({ path })).rejects.toMatchObject({ name: 'EngineError' })

  expect(pragma(path, 'user_version')).toBe(1)
  const again = new DatabaseSync(path)
  again.exec('DROP TABLE leftovers')
  again.close()
  const scheduler = await openScheduler({ path })
  expect((await new RawHub(scheduler).state('run'))?.getName()).toBe('o')
  await scheduler.close()
})

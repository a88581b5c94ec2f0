import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { openScheduler, type Scheduler } from '../../engine/scheduler/scheduler.ts'
import { temporaryFolder } from '../support/process.ts'
import { RawHub } from './raw.ts'

const mebibyte = 1024 * 1024

/** How large the log that SQLite keeps beside the file may stay. */
const limit = 16 * mebibyte

async function opened(): Promise<{
  scheduler: Scheduler
  hub: RawHub
  path: string
  logBytes: () => number
}> {
  const path = join(temporaryFolder(), 'hub.db')
  const scheduler = await openScheduler({ path })
  onTestFinished(() => scheduler.close())
  const logBytes = (): number => statSync(`${path}-wal`).size
  return { scheduler, hub: new RawHub(scheduler), path, logBytes }
}

test('the log stays small however much is written, also while somebody copies the file', async () => {
  const { scheduler, hub, logBytes } = await opened()
  await hub.start('o', 'mail')
  let largest = 0
  const write = async (): Promise<void> => {
    await hub.raise('mail', 'letter', 'x'.repeat(mebibyte / 5))
    largest = Math.max(largest, logBytes())
  }
  for (let n = 0; n < 150; n++) await write()
  const [copied, folder] = [new AbortController(), temporaryFolder()]
  const copying = Promise.all([1, 2].map((n) => scheduler.backup(join(folder, `${n}.db`))))
  void copying.finally(() => copied.abort())
  let meanwhile = 0
  for (; meanwhile < 150 && !copied.signal.aborted; meanwhile++) await write()
  await copying

  expect(meanwhile).toBeGreaterThan(5)
  expect(largest).toBeLessThanOrEqual(limit)
})

test('after something large, the log is cut again', async () => {
  const { hub, logBytes } = await opened()
  await hub.start('o', 'mail')
  await hub.raise('mail', 'letter', 'x'.repeat(40 * mebibyte))
  expect(logBytes()).toBeGreaterThan(limit)
  for (let n = 0; n < 3; n++) await hub.raise('mail', 'letter', n)

  expect(logBytes()).toBeLessThanOrEqual(limit)
})

test('nobody else can read the file, and keep its log from being written back', async () => {
  const { hub, path } = await opened()
  await hub.start('o', 'mail')
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  onTestFinished(() => reader.close())

  expect(() => reader.prepare('SELECT * FROM instances').all()).toThrow(/locked/)
})

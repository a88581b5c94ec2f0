import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { Leftovers } from '../../engine/scheduler/leftovers.ts'
import { temporaryFolder } from '../support/process.ts'
import { ManualClock } from './manual-clock.ts'
import { RawHub } from './raw.ts'
import { until } from './sdk.ts'

const hour = 3600_000

/** A hub's file with ended instances, each with so many turns of so many bytes. */
async function written(instances: number, turns: number, bytes: number): Promise<string> {
  const path = join(temporaryFolder(), 'hub.db')
  await (await openScheduler({ path })).close()
  const file = new DatabaseSync(path)
  file.exec(`
    PRAGMA synchronous = OFF;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${instances})
    INSERT INTO instances (key, hub, id, status, generation, turns, name, created_at, updated_at, completed_at)
      SELECT i, iif(i % 2, 'default', 'other'), 'run-' || i, 'completed', 'g', ${turns}, 'o', 0, 0, 0 FROM n;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${turns - 1})
    INSERT INTO history SELECT key << 24 | i, zeroblob(${bytes}) FROM instances, n;`)
  file.close()
  return path
}

function countIn(path: string, table: string): number {
  const file = new DatabaseSync(path)
  const n = Number(file.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
  file.close()
  return n
}

/** The longest time for which this process itself kept the event loop busy, until `isDone`. */
async function longestBusyMs(isDone: () => Promise<boolean>): Promise<{ longest: number; turns: number }> {
  let [longest, turns] = [0, 0]
  for (;;) {
    const cpu = process.cpuUsage()
    await nextTurn()
    const { user, system } = process.cpuUsage(cpu)
    longest = Math.max(longest, (user + system) / 1000)
    turns++
    if (await isDone()) return { longest, turns }
  }
}

test('thousands of old runs go in steps of a few milliseconds, many to a step, and between them others are served', async () => {
  const path = await written(4_000, 2, 500)
  const clock = new ManualClock()
  const scheduler = await openScheduler({ path, clock, retentionMs: hour })
  onTestFinished(() => scheduler.close())
  const hub = new RawHub(scheduler)
  clock.advance(hour)
  let served = 0
  const { longest, turns } = await longestBusyMs(async () => {
    await hub.start('o', `new-${served++}`)
    return (await hub.state('run-3999')) === undefined
  })
  await until(async () => (await hub.state('run-3999')) === undefined)

  expect(served).toBeGreaterThan(5) // else it was one step
  expect(turns).toBeLessThan(2_000) // else it was a step for each
  expect(longest).toBeLessThan(60) // 2 ms of work, and what else a busy machine puts into a turn
})

test('a long history does not go at once, but turn by turn, and its run is gone from the first moment', async () => {
  const path = await written(1, 800, 64 * 1024)
  const clock = new ManualClock()
  const scheduler = await openScheduler({ path, clock })
  const hub = new RawHub(scheduler)
  expect(await hub.purge(['run-1'])).toBe(1)
  expect(await hub.state('run-1')).toBeUndefined()
  copyFileSync(path, `${path}.crash`)
  copyFileSync(`${path}-wal`, `${path}.crash-wal`)
  await hub.start('o', 'run-1')
  await scheduler.close()

  // The process ended before all was gone; the next one goes on with it, and gives the key to nobody meanwhile.
  expect(countIn(`${path}.crash`, 'leftovers')).toBe(1)
  expect(countIn(`${path}.crash`, 'instances')).toBe(0)
  expect(countIn(`${path}.crash`, 'history')).toBeGreaterThan(0)
  const again = await openScheduler({ path: `${path}.crash`, clock })
  const after = new RawHub(again)
  await after.start('o', 'next')
  const copy = join(temporaryFolder(), 'copy.db')
  await until(async () => {
    await again.backup(copy)
    return countIn(copy, 'leftovers') === 0
  })
  expect(countIn(copy, 'history')).toBe(0)
  expect(countIn(copy, 'instances WHERE key = 1')).toBe(0)
  await again.close()
})

test('what one step removes is bounded, however long a history is', async () => {
  const path = await written(3, 200, 10)
  const file = new DatabaseSync(path)
  onTestFinished(() => file.close())
  const leftovers = new Leftovers({
    run: (sql, ...values) => void file.prepare(sql).run(...values),
    rows: (sql, ...values) => file.prepare(sql).all(...values),
  })
  const turns = (): number => Number(file.prepare('SELECT count(*) AS n FROM history').get()?.['n'])
  for (const key of [1, 2]) leftovers.removeHistory(key)
  expect(turns()).toBe(600)
  const steps: number[] = []
  for (let hasMore = true; hasMore;) {
    let allowed = 30
    const before = turns()
    hasMore = leftovers.clear(() => --allowed <= 0)
    steps.push(before - turns())
  }

  expect(Math.max(...steps)).toBeLessThanOrEqual(30)
  expect(steps.reduce((sum, step) => sum + step)).toBe(400)
  expect(turns()).toBe(200) // of the one that nobody removed
  expect(leftovers.mayExist).toBe(false)
})

test('a short history goes with its run', async () => {
  const path = await written(1, 3, 1000)
  const scheduler = await openScheduler({ path })
  expect(await new RawHub(scheduler).purge(['run-1'])).toBe(1)
  await scheduler.close()

  for (const table of ['instances', 'history', 'leftovers']) expect(countIn(path, table)).toBe(0)
})

test('a hub that is closed sweeps no more', async () => {
  const clock = new ManualClock()
  const scheduler = await openScheduler({ path: await written(1, 1, 1), clock, retentionMs: hour })
  clock.advance(hour)
  await scheduler.close()
  await nextTurn()

  expect(clock.isWaited).toBe(false)
})

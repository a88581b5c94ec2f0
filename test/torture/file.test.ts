import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { decide } from '../scheduler/raw.ts'
import { moveAway } from '../scheduler/sdk.ts'
import { longhaul, temporaryFolder } from '../support/process.ts'
import { openStill } from './still-hub.ts'

test('a file that vanished and came back: clients hear why, and what they were told is still there', async () => {
  const path = join(temporaryFolder(), 'hub.db')
  const { clock, hub, worker } = await openStill(path)
  await hub.start('o', 'a')
  const lost = await worker.nextTurn()
  for (const suffix of ['', '-wal']) await moveAway(path + suffix)
  await expect(hub.start('o', 'b')).rejects.toMatchObject({ details: expect.stringContaining(`"${path}"`) })
  await expect(hub.completeTurn(lost.token, [])).rejects.toMatchObject({ code: 14 })
  for (const suffix of ['', '-wal']) renameSync(`${path}${suffix}.gone`, path + suffix)
  worker.turns.splice(0) // they were handed out ahead of a commit that failed, and are void
  clock.advance(60_000)

  const turn = await worker.nextTurn()
  await hub.completeTurn(turn.token, [decide.end(1, 'done')])
  expect(await hub.state('b')).toBeUndefined()
  expect((await hub.state('a'))?.getOutput()?.getValue()).toBe('"done"')
})

describe('a file that another process has', () => {
  test('a second hub on the folder ends with a sentence, and the first does not notice', async () => {
    const folder = temporaryFolder()
    const args = ['hub', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')]
    const first = longhaul(args, { cwd: folder })
    await first.says(/Join it/)
    const second = await longhaul(args, { cwd: folder }).ended

    expect(second.code).not.toBe(0)
    expect(second.err).toMatch(/has ".*data" already; stop it, or name another folder/)
    first.kill('SIGTERM')
    expect((await first.ended).code).toBe(0)
  })

  test('a lock that somebody else holds is explained; once it is let go, the hub opens', async () => {
    const path = join(temporaryFolder(), 'hub.db')
    await (await openScheduler({ path })).close()
    const other = new DatabaseSync(path)
    other.exec('BEGIN EXCLUSIVE')
    await expect(openScheduler({ path })).rejects.toMatchObject({
      code: 'data.locked',
      message: `"${path}" is in use by another process; stop that process, talk to it, or name another data folder`,
    })
    other.close()

    await (await openScheduler({ path })).close()
  })
})

describe('a file that is damaged', () => {
  /** The file of a hub with some runs, closed. */
  async function written(): Promise<string> {
    const path = join(temporaryFolder(), 'hub.db')
    const { scheduler, hub, worker } = await openStill(path)
    for (let number = 0; number < 60; number++) {
      await hub.start('o', `run-${number}`)
      await hub.completeTurn((await worker.nextTurn()).token, [decide.call(1, 'x'.repeat(500))])
    }
    await scheduler.close()
    return path
  }

  test.for([
    ['its end is cut off', (path: string): void => truncateSync(path, 3 * 4096)],
    ['its middle is overwritten', (path: string): void => overwrite(path, 0.2, 0.9)],
  ] as const)(
    'when %s, the hub says so, does no more harm, and a backup in its place opens',
    async ([, damage]) => {
      const path = await written()
      const backup = readFileSync(path)
      damage(path)
      const harmed = readFileSync(path)
      await expect(openScheduler({ path })).rejects.toMatchObject({
        code: 'data.invalid',
        message: expect.stringMatching(/hub\.db" is damaged .* put a backup in its place, or move it away/),
      })
      // Its first page says when it was written to last.
      expect(readFileSync(path).subarray(4096).equals(harmed.subarray(4096))).toBe(true)
      rmSync(`${path}-wal`, { force: true })
      writeFileSync(path, backup)

      const { hub } = await openStill(path)
      expect((await hub.state('run-59'))?.getName()).toBe('o')
    },
  )

  test('when it shows only later, in the history of one run, the hub says so and accepts nothing', async () => {
    const path = join(temporaryFolder(), 'hub.db')
    const first = await openStill(path)
    const mark = 'm'.repeat(4_000)
    await first.hub.start('o', 'a')
    await first.hub.completeTurn((await first.worker.nextTurn()).token, [])
    for (const letter of [mark.repeat(5), 'another']) {
      await first.hub.raise('a', 'letter', letter)
      await first.hub.completeTurn((await first.worker.nextTurn()).token, [])
    }
    await first.hub.raise('a', 'letter', 'one more')
    await first.scheduler.close()
    const bytes = readFileSync(path)
    for (let page = 0; page < bytes.length; page += 4096)
      if (bytes.subarray(page, page + 4096).includes(mark)) bytes.fill(0xff, page, page + 100)
    writeFileSync(path, bytes)
    const { hub, worker, clock } = await openStill(path)
    const refusal = {
      code: 14,
      details: expect.stringMatching(/hub\.db" is damaged .* put a backup in its place, or move it away/),
    }
    await expect(hub.history('a')).rejects.toMatchObject(refusal)
    await expect(hub.start('o', 'b')).rejects.toMatchObject(refusal)
    clock.advance(5_000)
    await expect(hub.start('o', 'b')).rejects.toMatchObject(refusal)

    expect(worker.turns).toEqual([])
    expect((await hub.state('a'))?.getName()).toBe('o')
  })

  test('an unfinished end of its log, as a power cut leaves it, costs nothing that was committed', async () => {
    const path = join(temporaryFolder(), 'hub.db')
    const { hub } = await openStill(path)
    await hub.start('o', 'a')
    const copy = join(temporaryFolder(), 'hub.db')
    for (const suffix of ['', '-wal']) writeFileSync(copy + suffix, readFileSync(path + suffix))
    writeFileSync(`${copy}-wal`, randomBytes(5000), { flag: 'a' })

    const after = await openStill(copy)
    expect((await after.hub.state('a'))?.getName()).toBe('o')
    expect((await after.worker.nextTurn()).id).toBe('a')
  })
})

function overwrite(path: string, from: number, to: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0xa5, Math.floor((bytes.length * from) / 4096) * 4096, Math.floor(bytes.length * to))
  writeFileSync(path, bytes)
}

describe('versions of the file', () => {
  test('a file of a newer program ends the command with a clear sentence, and is not touched', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'hub.db')
    await (await openScheduler({ path })).close()
    const file = new DatabaseSync(path)
    file.exec('PRAGMA user_version = 99')
    file.close()
    const before = readFileSync(path)
    const { code, err } = await longhaul(['hub', '--listen', '127.0.0.1:0', '--data', folder], {
      cwd: folder,
    }).ended

    expect(code).not.toBe(0)
    expect(err).toMatch(
      /hub\.db" was written by a newer version of Longhaul .*; use that version, or another data folder/,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('an empty file becomes a hub', async () => {
    const path = join(temporaryFolder(), 'hub.db')
    writeFileSync(path, '')
    const { hub } = await openStill(path)
    await hub.start('o', 'a')

    expect(await hub.state('a')).toBeDefined()
  })

  test('a file whose making was interrupted is made anew', async () => {
    const path = join(temporaryFolder(), 'hub.db')
    const unfinished = new DatabaseSync(path)
    unfinished.exec('PRAGMA journal_mode = WAL; BEGIN; CREATE TABLE instances (x)')
    unfinished.close()
    const { hub } = await openStill(path)
    await hub.start('o', 'a')

    expect(existsSync(path)).toBe(true)
    expect(await hub.state('a')).toBeDefined()
  })
})

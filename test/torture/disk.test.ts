import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NoOpLogger, TaskHubGrpcClient } from '@microsoft/durabletask-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectHub } from '../../engine/hub/connect.ts'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { decide, type RawHub } from '../scheduler/raw.ts'
import { until } from '../scheduler/sdk.ts'
import { longhaul, start, temporaryFolder } from '../support/process.ts'
import { disk, noDisks } from './disk.ts'
import { openStill } from './still-hub.ts'
import { readFile } from './record.ts'

const refusedDisks = noDisks()

/** Fills the disk but for a little. */
function fill(file: string): void {
  for (let bytes = 1 << 20; bytes >= 1 << 12; bytes >>= 1)
    try {
      for (;;) writeFileSync(file, randomBytes(bytes), { flag: 'a' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
}

describe.skipIf(refusedDisks)(
  `a disk that is full${refusedDisks ? ` (skipped: ${refusedDisks})` : ''}`,
  () => {
    test('nothing is accepted, and the reason names the file and the cure; with room, work goes on', async () => {
      const { folder } = disk(8)
      const path = join(folder, 'hub.db')
      const { scheduler, clock, hub, worker } = await openStill(path)
      await hub.start('o', 'before')
      const turn = await worker.nextTurn()
      fill(join(folder, 'filler'))
      const refusal = {
        code: 14,
        details: expect.stringMatching(
          /hub\.db" does not take what must be kept: there is no space left on its disk; make room/,
        ),
      }
      const { accepted, outcome, refused } = await startUntilRefused(hub)
      expect(outcome).toMatchObject(refusal)
      expect(refused).toBeUndefined()
      await expect(hub.completeTurn(turn.token, [decide.call(1, 'x')])).rejects.toMatchObject(refusal)
      await expect(hub.raise('before', 'e', 1)).rejects.toMatchObject(refusal)
      expect((await hub.state('before'))?.getName()).toBe('o')
      clock.advance(60_000)
      await expect(hub.raise('before', 'e', 1)).rejects.toMatchObject(refusal)
      rmSync(join(folder, 'filler'))
      worker.turns.splice(0) // they were handed out ahead of a commit that failed, and are void
      clock.advance(60_000)

      const again = await worker.nextTurn()
      expect(again.id).toBe('before')
      await hub.completeTurn(again.token, [decide.end(1, 'done')])
      for (const id of accepted) expect(await hub.state(id)).toBeDefined()
      await scheduler.close()
      const { integrity, instances } = readFile(path)
      expect(integrity).toBe('ok')
      expect(instances.map(({ id }) => id)).toEqual(['before', ...accepted])
      expect(instances[0]?.history.filter((event) => event.hasExecutioncompleted())).toHaveLength(1)
    })

    test('a hub does not open there, and says why; with room, it does', async () => {
      const { folder } = disk(1)
      fill(join(folder, 'filler'))
      const path = join(folder, 'hub.db')
      await expect(openScheduler({ path })).rejects.toMatchObject({
        code: 'data.unavailable',
        message: expect.stringMatching(/hub\.db" .*there is no space left on its disk; make room/),
      })
      rmSync(join(folder, 'filler'))

      await (await openScheduler({ path })).close()
      expect(readFile(path).integrity).toBe('ok')
    })
  },
)

/** Starts instances for as long as the hub takes them. */
async function startUntilRefused(hub: RawHub): Promise<{
  readonly accepted: readonly string[]
  readonly outcome: unknown
  /** The instance that was refused, if it is there. */
  readonly refused: unknown
}> {
  const accepted: string[] = []
  for (;;) {
    const id = `run-${accepted.length}`
    const outcome = await hub.start('o', id).then(
      () => 'accepted',
      (error: unknown) => error,
    )
    if (outcome !== 'accepted') {
      return { accepted, outcome, refused: await hub.state(id) }
    }
    accepted.push(id)
  }
}

describe('a file that cannot be written', () => {
  test.skipIf(refusedDisks)('a read-only disk is explained, and its file left as it is', async () => {
    const small = disk(4)
    const { folder } = small
    const path = join(folder, 'hub.db')
    await (await openScheduler({ path })).close()
    const before = readFileSync(path)
    small.makeReadOnly()

    await expect(openScheduler({ path })).rejects.toMatchObject({
      code: 'data.unavailable',
      message: expect.stringMatching(/hub\.db" .*make the file and its folder writable/),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test.skipIf(process.getuid?.() !== 0)(
    'a file, or a folder, of somebody else is explained by the command',
    async () => {
      const folder = temporaryFolder()
      chmodSync(folder, 0o755)
      const data = join(folder, 'data')
      const owner = longhaul(['hub', '--listen', '127.0.0.1:0', '--data', data], { cwd: folder })
      await owner.says(/Join it/)
      owner.kill('SIGTERM')
      await owner.ended
      chmodSync(data, 0o755)
      const cli = join(import.meta.dirname, '../../engine/cli/longhaul.js')
      const stranger = start(
        'setpriv',
        [
          '--reuid',
          '65534',
          '--clear-groups',
          process.execPath,
          cli,
          'hub',
          '--listen',
          '127.0.0.1:0',
          '--data',
          data,
        ],
        { cwd: folder },
      )
      const { code, err } = await stranger.ended

      expect(code).not.toBe(0)
      expect(err).toMatch(
        /hub\.db".*(?:make the file and its folder writable|see that the folder exists and is writable)/,
      )
      expect(err).not.toMatch(/\n\s+at /)
    },
  )
})

describe('a commit that fails', () => {
  const noLimits = spawnSync('prlimit', ['--version']).status === 0 ? '' : ' (skipped: there is no "prlimit")'

  /** The file cannot grow any more: SQLite fails in the middle of writing what it commits. */
  test.skipIf(noLimits)(
    `what it would have kept is refused, and nothing of it is there; later commits succeed${noLimits}`,
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder()
      const data = join(folder, 'data')
      const hub = longhaul(['hub', '--listen', '127.0.0.1:0', '--data', data], { cwd: folder })
      const [, connection = ''] = await hub.says(/--hub "([^"]+)"/)
      const sdk = await clientOf(connection)
      await sdk.scheduleNewOrchestration('o', 1, 'before')
      limitFiles(hub.pid, statSync(join(data, 'hub.db-wal')).size + 100)
      await expect(sdk.scheduleNewOrchestration('o', 'x'.repeat(5_000), 'refused')).rejects.toMatchObject({
        details: expect.stringMatching(/hub\.db" does not take what must be kept: its disk reports an error/),
      })
      expect(await sdk.getOrchestrationState('before')).toBeDefined()
      limitFiles(hub.pid, 'unlimited')
      await until(() =>
        sdk.scheduleNewOrchestration('o', 1, 'after').then(
          () => true,
          () => false,
        ),
      )

      hub.kill('SIGTERM')
      expect((await hub.ended).code).toBe(0)
      const { integrity, instances } = readFile(join(data, 'hub.db'))
      expect(integrity).toBe('ok')
      expect(instances.map(({ id }) => id)).toEqual(['before', 'after'])
    },
  )
})

function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`], {
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

async function clientOf(connection: string): Promise<TaskHubGrpcClient> {
  const hub = await connectHub(connection)
  const client = new TaskHubGrpcClient({ ...(await hub.clientOptions()), logger: new NoOpLogger() })
  onTestFinished(() => void client.stop())
  return client
}

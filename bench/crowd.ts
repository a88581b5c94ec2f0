import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  NoOpLogger,
  type OrchestrationQuery,
  OrchestrationStatus,
  TaskHubGrpcClient,
} from '@microsoft/durabletask-js'
import { executionStarted, orchestratorStarted } from '../engine/scheduler/event.ts'
import { message, nested } from '../engine/scheduler/protobuf.ts'
import { openScheduler } from '../engine/scheduler/scheduler.ts'

// How fast a hub starts, shows and lists runs when its file holds many, beside an empty one; and how long the removal
// of old runs keeps others waiting. `node bench/crowd.ts [ended] [live]`

const [ended = 100_000, live = 10_000] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'longhaul-crowd-'))
try {
  await measure('empty file', await written('empty', 0, 0))
  const crowded = await written('crowded', ended, live)
  await measure(`${ended} ended and ${live} live runs`, crowded)
  await measurePurge(crowded)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A hub's file with that many runs, as turns would have left them. */
async function written(name: string, endedRuns: number, liveRuns: number): Promise<string> {
  const path = join(folder, `${name}.db`)
  await (await openScheduler({ path })).close()
  const database = new DatabaseSync(path)
  database.exec(`
    PRAGMA synchronous = OFF;
    BEGIN;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${endedRuns + liveRuns})
    INSERT INTO instances (key, hub, id, status, generation, turns, name, created_at, updated_at, completed_at, output)
      SELECT i, 'default', 'run-' || i, iif(i <= ${endedRuns}, 'completed', 'running'), 'g' || i, 1, 'order',
        ${Date.now()} - 1000000 + i, ${Date.now()} - 1000000 + i, iif(i <= ${endedRuns}, ${Date.now()} - 500000 + i, NULL),
        iif(i <= ${endedRuns}, '"done"', NULL)
      FROM n WHERE i <= ${endedRuns + liveRuns};
    INSERT INTO inbox SELECT key, key, generation, ${Date.now()} + 86400000 + key, randomblob(40)
      FROM instances WHERE status = 'running';`)
  const input = JSON.stringify({ order: 7, items: '0'.repeat(1_000) })
  const start = executionStarted({ id: 'run', generation: 'g', name: 'order', input }, Date.now())
  const turn = message(...[orchestratorStarted(Date.now()), start].map((event) => nested(3, event)))
  database.prepare('INSERT INTO history SELECT key << 24, ? FROM instances').run(turn)
  database.exec('COMMIT')
  database.close()
  return path
}

async function measure(title: string, path: string): Promise<void> {
  const began = performance.now()
  const scheduler = await openScheduler({ path })
  const openMs = performance.now() - began
  const client = new TaskHubGrpcClient({ logger: new NoOpLogger(), options: scheduler.inProcess() })
  const count = 1000
  const started = Array.from({ length: count }, (_, i) => `new-${i}`)
  const known = (i: number): string =>
    ended + live > 0 && i % 2 === 0 ? `run-${1 + ((i * 7919) % (ended + live))}` : `new-${i}`
  const rows = {
    start: await timed(started, (id) => client.scheduleNewOrchestration('order', { order: id }, id)),
    poll: await timed(started, (_, i) => client.getOrchestrationState(known(i), true)),
    'list, first page': await timed(started.slice(0, 300), () => page(client, [])),
    'list, live only': await timed(started.slice(0, 300), () =>
      page(client, [OrchestrationStatus.RUNNING, OrchestrationStatus.PENDING]),
    ),
    'list, failed (none)': await timed(started.slice(0, 300), () =>
      page(client, [OrchestrationStatus.FAILED]),
    ),
    'list, since now (none)': await timed(started.slice(0, 30), () =>
      page(client, [], { createdFrom: new Date(Date.now() + 60_000) }),
    ),
    'list, by prefix': await timed(started.slice(0, 300), () =>
      page(client, [], { instanceIdPrefix: 'new-7' }),
    ),
    'ids by end (none)': await timed(started.slice(0, 30), () =>
      client.listInstanceIds({ completedTimeFrom: new Date(Date.now() + 60_000) }),
    ),
  }
  process.stdout.write(
    `${title}: ${(statSync(path).size / 1e6).toFixed(0)} MB, opened in ${openMs.toFixed(0)} ms\n`,
  )
  for (const [name, { p50, p99 }] of Object.entries(rows))
    process.stdout.write(`  ${name.padEnd(22)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms\n`)
  void client.stop()
  await scheduler.close()
}

async function page(
  client: TaskHubGrpcClient,
  statuses: readonly OrchestrationStatus[],
  more: OrchestrationQuery = {},
): Promise<unknown> {
  const filter = { ...more, pageSize: 100, ...(statuses.length > 0 && { statuses: [...statuses] }) }
  return client.getAllInstances(filter).asPages()[Symbol.asyncIterator]().next()
}

/** How long the event loop is kept busy at a time while everything that ended is removed. */
async function measurePurge(path: string): Promise<void> {
  const scheduler = await openScheduler({ path, retentionMs: 1 })
  const client = new TaskHubGrpcClient({ logger: new NoOpLogger(), options: scheduler.inProcess() })
  const began = performance.now()
  const steps: Step[] = []
  for (let isDone = false; !isDone;) {
    let [at, cpu] = [performance.now(), process.cpuUsage()]
    for (let turn = 0; turn < 500; turn++) {
      await nextTurn()
      const used = process.cpuUsage(cpu)
      steps.push({ ms: performance.now() - at, busyMs: (used.user + used.system) / 1000 })
      ;[at, cpu] = [performance.now(), process.cpuUsage()]
    }
    isDone = (await client.getOrchestrationState(`run-${ended}`, false)) === undefined
  }
  const took = performance.now() - began
  process.stdout.write(
    `purge of ${ended}: ${took.toFixed(0)} ms in ${steps.length} turns of the event loop\n`,
  )
  for (const kind of ['ms', 'busyMs'] as const) {
    const longest = steps.map((step) => step[kind]).toSorted((a, b) => b - a)
    process.stdout.write(
      `  ${kind === 'ms' ? 'by the clock' : 'by our own work'}: longest ${longest
        .slice(0, 5)
        .map((ms) => ms.toFixed(1))
        .join(', ')} ms; ${longest.filter((ms) => ms > 20).length} above 20 ms\n`,
    )
  }
  void client.stop()
  await scheduler.close()
}

/** A turn of the event loop: how long it took, and how much of that we worked rather than waited for a core or a disk. */
interface Step {
  readonly ms: number
  readonly busyMs: number
}

async function timed<T>(
  all: readonly T[],
  act: (one: T, index: number) => Promise<unknown>,
): Promise<{ p50: number; p99: number }> {
  const times: number[] = []
  for (const [index, one] of all.entries()) {
    const began = performance.now()
    await act(one, index)
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

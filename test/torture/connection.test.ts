import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { NoOpLogger, TaskHubGrpcClient, TaskHubGrpcWorker } from '@microsoft/durabletask-js'
import { connectHub } from '../../engine/hub/connect.ts'
import type { HubConnection } from '../../engine/hub/connection.ts'
import { openScheduler, type SchedulerOptions } from '../../engine/scheduler/scheduler.ts'
import { decide, RawHub, type RawWorker } from '../scheduler/raw.ts'
import { until } from '../scheduler/sdk.ts'
import { longhaul, type Running, temporaryFolder } from '../support/process.ts'
import { activityModules, type Deed, deedsIn } from './deeds.ts'
import { type Proxy, proxyTo } from './proxy.ts'
import { openRuns, type Runs } from './runs.ts'
import { workflows } from './workflows.ts'

/** A hub that soon misses whoever is silent, unless told otherwise, in this process, and workers in others. */
interface Bench {
  readonly runs: Runs
  readonly port: number
  /** Starts a worker that reaches the hub at a port. */
  readonly worker: (port?: number) => Promise<Running>
  readonly deeds: () => readonly Deed[]
}

async function bench(options: Partial<SchedulerOptions> = { silenceMs: 1_500 }): Promise<Bench> {
  const folder = temporaryFolder()
  for (const name of ['definitions', 'activities']) mkdirSync(join(folder, name))
  for (const [name, text] of Object.entries(activityModules))
    writeFileSync(join(folder, 'activities', name), text)
  for (const [name, text] of Object.entries(workflows))
    writeFileSync(join(folder, 'definitions', `${name}.yaml`), `name: ${name}\ndescription: A test\n${text}`)
  const scheduler = await openScheduler({ ...options, path: join(folder, 'hub.db') })
  onTestFinished(() => scheduler.close())
  const port = await scheduler.listen('127.0.0.1:0')
  const connection = (taskHub: string, at = port): string =>
    `Endpoint=http://127.0.0.1:${at};Authentication=None;TaskHub=${taskHub}`
  const runs = await openRuns(connection, folder)
  onTestFinished(() => runs.close())
  const log = join(folder, 'deeds.log')
  return {
    runs,
    port,
    worker: async (at) => {
      const worker = longhaul(['worker', '--hub', connection('default', at)], {
        cwd: folder,
        env: { DEEDS: log },
      })
      await worker.says(/Works for/)
      return worker
    },
    deeds: () => deedsIn(log),
  }
}

/** A run of four steps, each with the result of the one before. */
const chain = { hub: 'default', workflow: 'chain', input: { from: 1, ms: 600 }, ends: 'completed' } as const

/** Whose deliveries made what the run holds. */
function madeBy(output: unknown, deeds: readonly Deed[]): (number | undefined)[] {
  const { by }: { by: readonly string[] } = Object(output)
  return by.map((delivery) => deeds.find((deed) => deed.what === 'end' && deed.by === delivery)?.pid)
}

describe('a worker that is silent for longer than the hub waits', () => {
  test('stopped in the middle of its work: another does it once, and the late answer is refused', async () => {
    const { runs, worker, deeds } = await bench()
    const first = await worker()
    await runs.start('run', chain)
    await until(() => deeds().length > 0)
    first.kill('SIGSTOP')
    const second = await worker()
    await until(() => deeds().some(({ what, pid }) => what === 'end' && pid === second.pid))
    first.kill('SIGCONT')
    await until(() =>
      deeds().some(({ what, path, pid }) => what !== 'begin' && path === 'a' && pid === first.pid),
    )
    const { status, output } = await runs.end('default', 'run')

    expect(status).toBe('completed')
    const ofFirst = deeds().filter(({ path, pid }) => path === 'a' && pid === first.pid)
    expect(ofFirst.map(({ what }) => what)).toEqual(['begin', expect.stringMatching(/end|abort/)])
    expect(madeBy(output, deeds())[0]).toBe(second.pid)
    expect(JSON.stringify(output)).not.toContain(ofFirst[0]?.by)
    for (const path of ['b', 'c', 'd'])
      expect(deeds().filter((deed) => deed.what === 'begin' && deed.path === path)).toHaveLength(1)
  })

  test('a half-open connection: its work goes to another, and what it says later changes nothing', async () => {
    const { runs, port, worker, deeds } = await bench()
    const proxy = await proxyTo(port)
    const first = await worker(proxy.port)
    await runs.start('run', chain)
    await until(() => deeds().length > 0)
    proxy.goSilent()
    const second = await worker()
    const { status, output } = await runs.end('default', 'run')

    expect(status).toBe('completed')
    expect(madeBy(output, deeds())).toEqual(Array.from({ length: 4 }, () => second.pid))
    expect(deeds().filter(({ what, pid }) => what === 'begin' && pid === first.pid)).toHaveLength(1)
  })
})

describe('a client or a worker whose connection is half-open', () => {
  /** A hub, and the way to it through a wire that can be made bad. */
  async function behind(): Promise<{ hub: RawHub; proxy: Proxy; connection: HubConnection }> {
    const scheduler = await openScheduler({ path: ':memory:', silenceMs: 1_500 })
    onTestFinished(() => scheduler.close())
    const proxy = await proxyTo(await scheduler.listen('127.0.0.1:0'))
    const address = `Endpoint=http://127.0.0.1:${proxy.port};Authentication=None;TaskHub=default`
    return { hub: new RawHub(scheduler), proxy, connection: await connectHub(address, { silenceMs: 600 }) }
  }

  test('the client hears of an end all the same, and that nobody knows of its event', async () => {
    const { hub, proxy, connection } = await behind()
    const client = new TaskHubGrpcClient({ ...(await connection.clientOptions()), logger: new NoOpLogger() })
    onTestFinished(() => void client.stop())
    await hub.start('o', 'run')
    await client.getOrchestrationState('run', false)
    const waiting = client.waitForOrchestrationCompletion('run', true, 60)
    proxy.goSilent()
    await expect(client.raiseOrchestrationEvent('run', 'letter', 1)).rejects.toMatchObject({ code: 14 })
    const { token, told } = await hub.join().nextTurn()
    await hub.completeTurn(token, [decide.end(1, 'done')])

    expect(told.some((event) => event.hasEventraised())).toBe(false)
    expect((await waiting)?.serializedOutput).toBe('"done"')
  })

  test('the worker joins again by itself, and does what came meanwhile', async () => {
    const { hub, proxy, connection } = await behind()
    const options = {
      ...(await connection.workerOptions()),
      logger: new NoOpLogger(),
      shutdownTimeoutMs: 100,
    }
    const worker = new TaskHubGrpcWorker(options)
    worker.addNamedOrchestrator('o', async () => 'done')
    await worker.start()
    onTestFinished(() => void worker.stop())
    await hub.start('o', 'before')
    const output = async (id: string): Promise<string | undefined> =>
      (await hub.state(id))?.getOutput()?.getValue()
    await until(async () => (await output('before')) !== undefined)
    proxy.goSilent()
    await hub.start('o', 'meanwhile')
    await until(async () => (await output('meanwhile')) !== undefined)

    expect(await output('meanwhile')).toBe('"done"')
  })
})

test('a slow connection makes a run slow, and nothing else', async () => {
  const { runs, port, worker, deeds } = await bench({})
  const proxy = await proxyTo(port)
  await worker(proxy.port)
  proxy.delay(60)
  await runs.start('run', { ...chain, input: { from: 1, ms: 0 } })

  expect(await runs.end('default', 'run')).toMatchObject({ status: 'completed', output: { value: 4 } })
  expect(deeds().filter(({ what }) => what === 'begin')).toHaveLength(4)
})

test('a connection that is cut in the middle is made again, and the work goes on', async () => {
  const { runs, port, worker, deeds } = await bench()
  const proxy = await proxyTo(port)
  await worker(proxy.port)
  await runs.start('run', { ...chain, input: { from: 1, ms: 200 } })
  await until(() => deeds().length > 0)
  proxy.cut()

  expect(await runs.end('default', 'run')).toMatchObject({ status: 'completed', output: { value: 4 } })
})

describe('a client that does not hear what came of its request', () => {
  /** A client whose connection is about to fail, and a worker beside it that does what it is told to. */
  async function apart(): Promise<{ hub: RawHub; worker: RawWorker; poor: TaskHubGrpcClient; proxy: Proxy }> {
    const scheduler = await openScheduler({ path: ':memory:' })
    onTestFinished(() => scheduler.close())
    const proxy = await proxyTo(await scheduler.listen('127.0.0.1:0'))
    const connection = await connectHub(
      `Endpoint=http://127.0.0.1:${proxy.port};Authentication=None;TaskHub=default`,
    )
    const poor = new TaskHubGrpcClient({ ...(await connection.clientOptions()), logger: new NoOpLogger() })
    onTestFinished(() => void poor.stop())
    await poor.getOrchestrationState('nobody', false)
    const hub = new RawHub(scheduler)
    return { hub, worker: hub.join(), poor, proxy }
  }

  test('is told that the hub is away, and its event arrives once', async () => {
    const { hub, worker, poor, proxy } = await apart()
    await hub.start('o', 'run')
    await hub.completeTurn((await worker.nextTurn()).token, [])
    proxy.loseReplies()
    const raised = poor.raiseOrchestrationEvent('run', 'letter', 1).then(
      () => 'raised',
      () => 'away',
    )
    const turn = await worker.nextTurn()
    proxy.cut()
    const outcome = await raised
    await hub.completeTurn(turn.token, [])
    await hub.raise('run', 'last', 2)
    const rest = (await worker.nextTurn()).told

    expect([outcome, ...rest.flatMap((event) => event.getEventraised()?.getName() ?? [])]).toEqual([
      'away',
      'last',
    ])
  })

  test('is told that the hub is away, and its run, which ended meanwhile, is not run again', async () => {
    const { hub, worker, poor, proxy } = await apart()
    proxy.loseReplies()
    const started = poor.scheduleNewOrchestration('o', 1, 'run').then(
      () => 'started',
      () => 'away',
    )
    await hub.completeTurn((await worker.nextTurn()).token, [decide.end(1, 'done')])
    proxy.cut()

    expect(await started).toBe('away')
    expect((await hub.state('run'))?.getOutput()?.getValue()).toBe('"done"')
  })
})

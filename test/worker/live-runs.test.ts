import contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'
import { NoOpLogger, TaskHubGrpcClient, type TOrchestrator } from '@microsoft/durabletask-js'
import values from '@microsoft/durabletask-js/dist/utils/pb-helper.util.js'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type * as driving from '../../engine/orchestrator/drive.ts'
import { interpreter } from '../../engine/orchestrator/interpret.ts'
import type { Start } from '../../engine/language/definition.ts'
import type { Run } from '../../engine/run.ts'
import { textOfContinuation } from '../../engine/worker/continuation.ts'
import type { ActivityContext } from '../../engine/worker/activity.ts'
import { LiveRuns } from '../../engine/worker/live-runs.ts'
import { LocalContext } from '../../engine/worker/local-context.ts'
import type { News } from '../../engine/worker/news.ts'
import type { WorkerLimits } from '../../engine/worker/open-worker.ts'
import { clientOf, once, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const { RuntimeOrchestrationContext: Context } = contexts

/** How often an interpreter was begun, by run. */
const begun = new Map<string, number>()

vi.mock('../../engine/orchestrator/drive.ts', async (original) => {
  const actual = await original<typeof driving>()
  const drive: typeof actual.drive = (ctx, ...rest) => {
    begun.set(ctx.instanceId, (begun.get(ctx.instanceId) ?? 0) + 1)
    return actual.drive(ctx, ...rest)
  }
  return { ...actual, drive }
})

beforeEach(() => begun.clear())
afterEach(() => vi.restoreAllMocks())

const fiveSteps = `
name: five
steps:
  - { id: a, call: note, with: 1 }
  - { id: b, call: note, with: 2 }
  - { id: c, call: note, with: 3 }
  - { id: d, call: note, with: 4 }
  - { id: e, call: note, with: 5 }
`
const five = compiled(fiveSteps)

test('a run is interpreted from its beginning once, however many turns it takes', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { note: (n: number) => n } })
  const { id } = await client.start(five, null)
  expect(await client.wait(id)).toMatchObject({ status: 'completed', output: 5 })
  expect(begun.get(id)).toBe(1)
})

test('without live runs every turn begins anew', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { note: (n: number) => n }, limits: { liveRuns: 0 } })
  const { id } = await client.start(five, null)
  expect(await client.wait(id)).toMatchObject({ status: 'completed', output: 5 })
  expect(begun.get(id)).toBe(6)
})

test('a run that gave way to another is replayed, and goes on as if it had not', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const waiting = compiled(`
name: waiting
steps:
  - { id: first, call: note, with: 1 }
  - { id: paid, waitFor: { event: paid, timeout: 1h } }
  - { call: note, with: "\${ $steps.first + $steps.paid }" }
`)
  await workerOf(hub, { activities: { note: (n: number) => n + 1 }, limits: { liveRuns: 1 } })
  const runs: string[] = []
  while (runs.length < 2) {
    const { id } = await client.start(waiting, null)
    await vi.waitUntil(async () => (await client.history(id)).length > 3)
    runs.push(id)
  }
  for (const id of runs) {
    await client.raise(id, 'paid', 40)
    expect((await client.wait(id)).output).toBe(43)
  }
  expect(runs.map((id) => begun.get(id))).toEqual([2, 2])
})

test('a run whose turns are taken by several workers is replayed by each that missed one', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const activities = { note: (n: number) => n + 1 }
  for (let workers = 0; workers < 3; workers += 1) await workerOf(hub, { activities })
  const loop = compiled(`
name: loop
steps:
  - loop:
      while: ($previous ?? 0) < 30
      steps:
        - { call: note, with: "\${ $previous ?? 0 }" }
`)
  const { id } = await client.start(loop, null)
  expect((await client.wait(id)).output).toBe(30)
  expect(begun.get(id)).toBeGreaterThan(10)
})

/** Everything that a turn can bring or ask for: calls that end or fail, timers, events, children, branches, checkpoints. */
const busy = compiled(
  `
name: busy
steps:
  - id: all
    parallel:
      counting:
        - loop:
            while: ($previous ?? 0) < 60
            steps:
              - { call: more, with: "\${ $previous ?? 0 }" }
      waiting:
        - { wait: 5ms }
        - { waitFor: { event: paid, timeout: 1h } }
      trying:
        - { call: flaky, with: {}, retry: { maxAttempts: 3, delay: 1ms } }
      asking:
        - { workflow: five, with: {} }
        - { ask: { prompt: "Go on?", timeout: 1h } }
  - { call: note, with: "\${ $random() }" }
`,
  fiveSteps,
)

interface Ended {
  readonly run: Run
  readonly calls: readonly string[]
}

async function ended(limits: WorkerLimits): Promise<Ended> {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const calls: string[] = []
  const noting =
    (result: (input: number, attempt: number) => unknown) =>
    (input: number, { path, attempt, idempotencyKey }: ActivityContext): unknown => {
      calls.push(`${path} ${attempt} ${idempotencyKey} ${JSON.stringify(input)}`)
      return result(input, attempt)
    }
  const activities = {
    note: noting((n) => n),
    more: noting((n) => n + 1),
    flaky: noting((_, attempt) => {
      if (attempt < 3) throw new Error('not yet')
      return attempt
    }),
  }
  await workerOf(hub, { activities, limits, definitions: () => [five, busy] })
  const { id } = await client.start(busy, null, { id: 'busy' })
  const asked = await once(client, id, ({ report }) => (report.questions?.length ?? 0) > 0)
  await client.raise(id, 'paid', { by: 'card' })
  await client.answer(id, asked.report.questions?.[0]?.key ?? '', 'yes')
  return { run: await client.wait(id), calls: calls.toSorted() }
}

test('a live interpreter asks for what a replayed one asks for', async () => {
  const live = await ended({})
  const replayed = await ended({ liveRuns: 0 })
  expect(live.run.status).toBe('completed')
  expect(live.run.output).toEqual(replayed.run.output)
  expect(live.calls).toEqual(replayed.calls)
  expect(live.calls.length).toBe(60 + 3 + 5 + 1)
})

/** How often a state was read from its text, and what the generations of a run were given beside it. */
async function continued(limits: WorkerLimits): Promise<{ read: number; given: unknown[]; texts: string[] }> {
  const texts: string[] = []
  const given: unknown[] = []
  const getStatus: unknown = Reflect.get(Context.prototype, 'getCustomStatus')
  if (typeof getStatus !== 'function') throw new TypeError('the SDK tells the custom status in another way')
  const spy = vi.spyOn(Context.prototype, 'getCustomStatus').mockImplementation(function (
    this: InstanceType<typeof Context>,
  ) {
    if (typeof this._newInput === 'object' && this._newInput !== null) {
      texts.push(textOfContinuation(this._newInput))
      given.push(structuredClone(this._newInput))
    }
    return Reflect.apply(getStatus, this, [])
  })
  const parse = vi.spyOn(JSON, 'parse')
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { more: (n: number) => n + 1 }, limits })
  const loop = compiled(`
name: loop
vars: { sum: 0, zero: 0 }
steps:
  - set: { zero: "\${ -$vars.sum }" }
  - loop:
      while: ($previous ?? 0) < 500
      steps:
        - { call: more, with: "\${ $previous ?? 0 }" }
`)
  const { id } = await client.start(loop, null)
  expect((await client.wait(id)).status).toBe('completed')
  const read = parse.mock.calls.filter(([text]) => texts.includes(text)).length
  spy.mockRestore()
  parse.mockRestore()
  return { read, given, texts }
}

test('a generation takes over what the one before has left, which is what its text says', async () => {
  const live = await continued({})
  expect(live.given.length).toBeGreaterThan(2)
  expect(live.given).toStrictEqual(live.texts.map((text) => JSON.parse(text)))
  expect(live.read).toBeLessThan((await continued({ liveRuns: 0 })).read)
  expect(live.read).toBeLessThanOrEqual(1) // by the client, which tells how the run has ended
})

/** A run that failed and was rewound: what was called, and what its history is made of. */
async function rewound(limits: WorkerLimits): Promise<{ calls: number[]; history: string[] }> {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const calls: number[] = []
  const note = (n: number): number => {
    calls.push(n)
    if (n === 2 && calls.length === 2) throw new Error('not yet')
    return n
  }
  await workerOf(hub, { activities: { note }, limits, definitions: () => [five] })
  const { id } = await client.start(five, null)
  expect((await client.wait(id)).status).toBe('failed')
  const sdk = new TaskHubGrpcClient({ ...(await hub.clientOptions()), logger: new NoOpLogger() })
  onTestFinished(() => void sdk.stop())
  await sdk.rewindInstance(id, 'mended')
  expect(await client.wait(id)).toMatchObject({ status: 'completed', output: 5 })
  const history = await sdk.getOrchestrationHistory(id)
  return { calls, history: history.map(({ type }) => type) }
}

test('a failed run that is rewound calls again only what had failed, and has a whole history', async () => {
  const live = await rewound({})
  expect(live.calls).toEqual([1, 2, 2, 3, 4, 5])
  expect(live).toEqual(await rewound({ liveRuns: 0 }))
})

test('what a run says of itself is there after its worker was changed in between', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const says = compiled(`
name: says
steps:
  - { waitFor: { event: go, timeout: 1h }, progress: Waiting for one }
  - { waitFor: { event: go, timeout: 1h } }
  - { waitFor: { event: go, timeout: 1h }, progress: Waiting for another }
`)
  const { id } = await client.start(says, null)
  const changedAt: string[] = []
  for (const message of ['Waiting for one', 'Waiting for one', 'Waiting for another']) {
    const worker = await workerOf(hub)
    changedAt.push((await once(client, id, ({ report }) => report.message === message)).updatedAt)
    await worker.stop({ graceMs: 0 })
    await client.raise(id, 'go', null)
  }
  await workerOf(hub)
  expect((await client.wait(id)).status).toBe('completed')
  expect(changedAt.toSorted()).toEqual(changedAt)
})

test('a result that comes while a run is suspended is heard when the run goes on', async () => {
  const start: Start = { definition: five, input: null, config: {}, depth: 0 }
  const registry = { getOrchestrator: () => interpreter() as TOrchestrator }
  const runs = new LiveRuns(registry, new NoOpLogger(), 1, (id) => new LocalContext(id))
  const whole = (): never => expect.fail('it is no result, and not asked for as one')
  const at = Date.UTC(2026, 0, 1)
  let pastLength = 0
  /** How many calls the turn asks for that brings `news`. */
  const calls = async (...news: readonly News[]): Promise<number> => {
    const delivered: News[] = [
      { brief: 'turn', at, whole: () => values.newOrchestratorStartedEvent(new Date(at)) },
      ...news,
    ]
    let asked = 0
    await runs.take(
      { id: 'a', generation: 'g', pastLength, past: () => [], delivered },
      async ({ actions }) => {
        asked = actions.length
      },
    )
    pastLength += delivered.length + asked
    return asked
  }
  const result = (id: number): News => ({
    brief: 'result',
    id,
    result: '1',
    whole: () => values.newTaskCompletedEvent(id, '1'),
  })
  const begins: News = {
    brief: 'start',
    name: 'five',
    version: undefined,
    input: JSON.stringify(start),
    parent: undefined,
    whole,
  }
  expect(await calls(begins)).toBe(1)
  expect(await calls(values.newSuspendEvent(), result(1))).toBe(0)
  expect(await calls(values.newResumeEvent())).toBe(1)
  expect(await calls(result(2))).toBe(1)
})

import { type OrchestrationQuery, PurgeInstanceCriteria, type TOrchestrator } from '@microsoft/durabletask-js'
import { describe, expect, test } from 'vitest'
import { type Bench, openBench, Status, type Steps, until } from './sdk.ts'

const waits: TOrchestrator = async function* (ctx, input): Steps {
  yield ctx.waitForExternalEvent('go')
  return input
}
const echo: TOrchestrator = async (_, input) => input
const breaks: TOrchestrator = async () => {
  throw new Error('broken')
}

/** Starts a child that waits, and waits for it. */
const parent: TOrchestrator = async function* (ctx, depth: number): Steps {
  if (depth === 0) return yield ctx.waitForExternalEvent('go')
  return yield ctx.callSubOrchestrator('parent', depth - 1, { instanceId: `child-${depth - 1}` })
}

async function started(bench: Bench, name: string, input?: unknown, id?: string): Promise<string> {
  const given = await bench.client.scheduleNewOrchestration(name, input, id)
  await bench.client.waitForOrchestrationStart(given, false, 20)
  return given
}

async function ids(bench: Bench, query: OrchestrationQuery): Promise<string[]> {
  const found: string[] = []
  for await (const state of bench.client.getAllInstances(query)) found.push(state.instanceId)
  return found
}

describe.for(['in-process', 'tcp'] as const)('%s', (transport) => {
  test('instances are listed by status, time and prefix, page by page', async () => {
    const bench = await openBench(transport)
    await bench.worker({ waits, echo, breaks })
    for (let i = 0; i < 25; i++) await bench.client.scheduleNewOrchestration('echo', i, `e-${i}`)
    for (let i = 0; i < 25; i++) await bench.ended(`e-${i}`)
    bench.clock.advance(1_000)
    const middle = new Date(bench.clock.now())
    for (let i = 0; i < 5; i++) await started(bench, 'waits', i, `w-${i}`)
    await bench.client.scheduleNewOrchestration('breaks', null, 'b-0')
    await bench.ended('b-0')

    expect(await ids(bench, { pageSize: 7 })).toHaveLength(31)
    expect(await ids(bench, { statuses: [Status.COMPLETED], pageSize: 7 })).toEqual(
      Array.from({ length: 25 }, (_, i) => `e-${24 - i}`), // newest first
    )
    expect(await ids(bench, { statuses: [Status.RUNNING, Status.FAILED] })).toHaveLength(6)
    expect(await ids(bench, { createdFrom: middle })).toHaveLength(6)
    expect(await ids(bench, { createdTo: new Date(middle.getTime() - 1) })).toHaveLength(25)
    expect(await ids(bench, { instanceIdPrefix: 'w-' })).toHaveLength(5)
    expect(await ids(bench, { instanceIdPrefix: 'w_' })).toEqual([])
    expect(await ids(bench, { taskHubNames: ['other'] })).toEqual([])
  })

  test('ids alone are listed by when their instances ended', async () => {
    const bench = await openBench(transport)
    await bench.worker({ echo })
    for (const id of ['a', 'b', 'c']) {
      await bench.client.scheduleNewOrchestration('echo', id, id)
      await bench.ended(id)
      bench.clock.advance(1_000)
    }
    const start = bench.clock.now() - 3_000

    const first = await bench.client.listInstanceIds({ pageSize: 2 })
    expect(first.values).toEqual(['a', 'b'])
    const lastInstanceKey = first.continuationToken ?? ''
    expect((await bench.client.listInstanceIds({ pageSize: 2, lastInstanceKey })).values).toEqual(['c'])
    const range = { completedTimeFrom: new Date(start + 500), completedTimeTo: new Date(start + 1_500) }
    expect((await bench.client.listInstanceIds(range)).values).toEqual(['b'])
  })

  test('a clock that was put back between two starts loses nobody on the way from page to page', async () => {
    const bench = await openBench(transport)
    for (const id of ['a', 'b', 'c']) await bench.client.scheduleNewOrchestration('waits', null, id)
    bench.clock.jump(-3600_000)
    for (const id of ['d', 'e', 'f']) await bench.client.scheduleNewOrchestration('waits', null, id)

    expect(await ids(bench, { pageSize: 2 })).toEqual(['c', 'b', 'a', 'f', 'e', 'd'])
    const createdFrom = new Date(bench.clock.now() + 1)
    expect(await ids(bench, { pageSize: 2, createdFrom })).toEqual(['c', 'b', 'a'])
    const page = await bench.client.listInstanceIds({ pageSize: 4, lastInstanceKey: 'no place at all' })
    expect(page.values).toEqual(['d', 'e', 'f', 'a'])
    const { continuationToken: lastInstanceKey = '' } = page
    await bench.client.terminateOrchestration('a')
    await bench.client.purgeOrchestration('a') // its place stays one
    expect((await bench.client.listInstanceIds({ pageSize: 4, lastInstanceKey })).values).toEqual(['b', 'c'])
  })

  test('only what has ended is purged, by id, by filter and with its family', async () => {
    const bench = await openBench(transport)
    const { client } = bench
    await bench.worker({ waits, echo, parent })
    await started(bench, 'waits', 0, 'live')
    expect((await client.purgeOrchestration('live'))?.deletedInstanceCount).toBe(0)
    expect((await client.purgeOrchestration('nobody'))?.deletedInstanceCount).toBe(0)

    await started(bench, 'parent', 2, 'family')
    await until(async () => (await client.getOrchestrationState('child-0')) !== undefined)
    await client.raiseOrchestrationEvent('child-0', 'go')
    await bench.ended('family')
    expect((await client.purgeOrchestration('family', { recursive: true }))?.deletedInstanceCount).toBe(3)
    expect(await client.getOrchestrationState('child-0')).toBeUndefined()

    for (let i = 0; i < 150; i++) await client.scheduleNewOrchestration('echo', i, `e-${i}`)
    for (let i = 0; i < 150; i++) await bench.ended(`e-${i}`)
    const criteria = new PurgeInstanceCriteria()
    criteria.setRuntimeStatusList([Status.COMPLETED, Status.RUNNING])
    expect((await client.purgeOrchestration(criteria))?.deletedInstanceCount).toBe(150)
    expect(await ids(bench, {})).toEqual(['live'])
  })

  test('the history of an instance can be read, long ones too', async () => {
    const bench = await openBench(transport)
    await bench.worker(
      {
        wordy: async function* (ctx): Steps {
          for (let i = 0; i < 4; i++) yield ctx.callActivity('speak', 'x'.repeat(200_000))
        },
      },
      { speak: (_, words: string) => words },
    )
    const { id } = await bench.run('wordy')

    const types = await bench.events(id)
    expect(types.filter((type) => type === 'TaskCompleted')).toHaveLength(4)
    expect(types.at(-1)).toBe('ExecutionCompleted')
    expect(await bench.client.getOrchestrationHistory('nobody')).toEqual([])
  })

  test('tags and version stay with an instance', async () => {
    const bench = await openBench(transport)
    await bench.worker({ version: async (ctx) => ctx.version })
    const id = await bench.client.scheduleNewOrchestration('version', null, {
      version: '1.2.3',
      tags: { colour: 'blue' },
    })

    expect((await bench.ended(id)).output).toBe('1.2.3')
    expect((await bench.client.getOrchestrationState(id))?.tags).toEqual({ colour: 'blue' })
  })

  test('task hubs know nothing of each other', async () => {
    const bench = await openBench(transport)
    const other = bench.newClient('other')
    await bench.worker({ where: async () => 'default' })
    await bench.worker({ where: async () => 'other' }, {}, { taskHub: 'other' })
    await bench.client.scheduleNewOrchestration('where', null, 'same-id')
    await other.scheduleNewOrchestration('where', null, 'same-id')

    expect((await bench.ended('same-id')).output).toBe('default')
    expect((await other.waitForOrchestrationCompletion('same-id', true, 20))?.serializedOutput).toBe(
      '"other"',
    )
    await expect(bench.newClient('no/such hub').getOrchestrationState('x')).rejects.toMatchObject({ code: 3 })
  })
})

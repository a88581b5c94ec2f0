import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import { describe, expect, test } from 'vitest'
import { decide, RawHub } from './raw.ts'
import { type Bench, openBench, until } from './sdk.ts'

async function openRaw(
  options: Parameters<typeof openBench>[1] = {},
): Promise<{ bench: Bench; hub: RawHub }> {
  const bench = await openBench('in-process', options)
  return { bench, hub: new RawHub(bench.scheduler) }
}

const refused = { code: 5, details: expect.stringContaining('Nobody waits for an answer with token') }

test('the work of a worker that left goes to the next at once, and its late answer is refused', async () => {
  const { hub } = await openRaw()
  const first = hub.join()
  await hub.start('o', 'a')
  const lost = await first.nextTurn()
  first.leave()
  const second = hub.join()
  const { token } = await second.nextTurn()

  await expect(hub.completeTurn(lost.token, [decide.end(1, 'late')])).rejects.toMatchObject(refused)
  await hub.completeTurn(token, [decide.end(1, 'in time')])
  expect((await hub.state('a'))?.getOutput()?.getValue()).toBe('"in time"')
})

test('an answer still counts after its worker left, as long as nobody else has the work', async () => {
  const { hub } = await openRaw()
  const worker = hub.join()
  await hub.start('o', 'a')
  const turn = await worker.nextTurn()
  await hub.completeTurn(turn.token, [decide.call(1, 'x')])
  const call = await worker.nextCall()
  worker.leave()
  await hub.completeCall(call.token, 'last words')

  const next = await hub.join().nextTurn()
  expect(next.told.map((event) => event.getTaskcompleted()?.getResult()?.getValue())).toContain(
    '"last words"',
  )
  await expect(hub.completeCall(call.token, 'twice')).rejects.toMatchObject(refused)
})

test('what an instance had asked for is not done once it has been ended from outside', async () => {
  const { hub } = await openRaw()
  const worker = hub.join({ calls: 1 })
  await hub.start('o', 'a')
  await hub.start('o', 'b')
  const [first, second] = [await worker.nextTurn(), await worker.nextTurn()]
  await hub.completeTurn(first.token, [decide.call(1, 'held'), decide.call(2, 'waits')])
  await hub.completeTurn(second.token, [decide.call(1, 'other')])
  const held = await worker.nextCall()
  await hub.terminate('a')

  await expect(hub.completeCall(held.token, 'late')).rejects.toMatchObject(refused)
  expect((await worker.nextCall()).name).toBe('other')
  expect(worker.calls).toEqual([])
})

test('a turn that is not answered in time goes to another worker', async () => {
  const { bench, hub } = await openRaw({ turnLimitMs: 10_000 })
  const hanging = hub.join({ turns: 1 })
  await hub.start('o', 'a')
  const lost = await hanging.nextTurn()
  const other = hub.join()
  bench.clock.advance(9_999)
  expect(other.turns).toEqual([])
  bench.clock.advance(1)
  const { token } = await other.nextTurn()

  await expect(hub.completeTurn(lost.token, [])).rejects.toMatchObject(refused)
  await hub.completeTurn(token, [decide.end(1, null)])
})

test('a turn that only takes long is given twice the time when it comes again', async () => {
  const { bench, hub } = await openRaw({ turnLimitMs: 10_000 })
  const worker = hub.join()
  await hub.start('o', 'a')
  const lost = await worker.nextTurn()
  bench.clock.advance(10_000)
  const { token } = await worker.nextTurn()
  expect(token).not.toBe(lost.token)
  bench.clock.advance(15_000)

  await hub.completeTurn(token, [decide.end(1, null)])
  expect(worker.turns).toEqual([])
})

test('a call has no limit but the stream of its worker', async () => {
  const { bench, hub } = await openRaw({ turnLimitMs: 10_000 })
  const worker = hub.join()
  await hub.start('o', 'a')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.call(1, 'x')])
  const { token } = await worker.nextCall()
  bench.clock.leap(24 * 3600_000)

  await hub.completeCall(token, 'at last')
  expect((await worker.nextTurn()).told.some((event) => event.hasTaskcompleted())).toBe(true)
})

test('work that was given back is offered again after a pause that grows', async () => {
  const { bench, hub } = await openRaw()
  const worker = hub.join()
  await hub.start('o', 'a')
  let { token } = await worker.nextTurn()
  for (const pauseMs of [250, 500, 1000]) {
    await hub.abandonTurn(token)
    bench.clock.advance(pauseMs - 1)
    expect(worker.turns).toEqual([])
    bench.clock.advance(1)
    token = (await worker.nextTurn()).token
  }
  await hub.completeTurn(token, [decide.call(1, 'x')])
  const call = await worker.nextCall()
  await hub.abandonCall(call.token)
  bench.clock.advance(250)

  await hub.completeCall((await worker.nextCall()).token, 'done')
})

test('no worker holds more than it asked for', async () => {
  const { hub } = await openRaw()
  const worker = hub.join({ turns: 2, calls: 3 })
  for (const id of ['a', 'b', 'c']) await hub.start('o', id)
  const [first, second] = [await worker.nextTurn(), await worker.nextTurn()]
  expect(worker.turns).toEqual([])
  const calls = [1, 2, 3, 4].map((id) => decide.call(id, 'x'))
  await hub.completeTurn(first.token, calls)
  expect((await worker.nextTurn()).id).toBe('c')
  expect(worker.calls).toHaveLength(3)
  await hub.completeCall(worker.calls.shift()?.token ?? '', 1)

  expect(worker.calls).toHaveLength(3)
  await hub.completeTurn(second.token, [])
})

test('workers that are there share the work', async () => {
  const { hub } = await openRaw()
  const workers = [hub.join(), hub.join()]
  for (let i = 0; i < 10; i++) await hub.start('o', `i-${i}`)

  await until(() => workers.reduce((sum, { turns }) => sum + turns.length, 0) === 10)
  expect(workers.map(({ turns }) => turns.length)).toEqual([5, 5])
})

test('a worker is given only what its filters name, by version where they say so', async () => {
  const { hub } = await openRaw()
  const filters = new stubs.WorkItemFilters()
  const turns = new stubs.OrchestrationFilter()
  turns.setName('mine')
  turns.setVersionsList(['2.0'])
  filters.setOrchestrationsList([turns])
  const calls = new stubs.ActivityFilter()
  calls.setName('cook')
  filters.setActivitiesList([calls])
  const worker = hub.join({ filters })
  await hub.start('other', 'a')
  await hub.start('mine', 'b', { version: '1.0' })
  await hub.start('mine', 'c', { version: '2.0' })

  const turn = await worker.nextTurn()
  expect(turn.id).toBe('c')
  await hub.completeTurn(turn.token, [decide.call(1, 'eat'), decide.call(2, 'cook')])
  expect(await worker.nextCall()).toMatchObject({ name: 'cook' })
  expect([...worker.turns, ...worker.calls]).toEqual([])
  const rest = hub.join()
  await until(() => rest.turns.length === 2 && rest.calls.length === 1)
})

test('a worker hears twice a minute that the hub is there', async () => {
  const { bench, hub } = await openRaw()
  const worker = hub.join()
  await hub.state('a')
  bench.clock.advance(60_000)

  await until(() => worker.pings > 1)
  expect(worker.pings).toBe(2)
})

test('an answer that comes in parts counts as one', async () => {
  const { hub } = await openRaw()
  const worker = hub.join()
  await hub.start('o', 'a')
  const { token } = await worker.nextTurn()
  await hub.completeTurn(token, [decide.call(1, 'x')], true)
  expect(worker.calls).toEqual([])
  await hub.completeTurn(token, [decide.call(2, 'y')])

  await until(() => worker.calls.length === 2)
  expect((await hub.history('a')).filter((event) => event.hasTaskscheduled())).toHaveLength(2)
})

test('many results that came since the last turn are told in one', async () => {
  const { hub } = await openRaw()
  const worker = hub.join()
  await hub.start('o', 'a')
  const { token } = await worker.nextTurn()
  for (let i = 0; i < 20; i++) await hub.raise('a', 'x', i)
  await hub.completeTurn(token, [])

  const turn = await worker.nextTurn()
  expect(turn.told.filter((event) => event.hasEventraised())).toHaveLength(20)
  expect(turn.past.map((event) => event.hasExecutionstarted())).toContain(true)
})

describe('the clock', () => {
  test('a clock that jumps ahead or back makes no timer early and none fire twice', async () => {
    const { bench, hub } = await openRaw()
    const worker = hub.join()
    await hub.start('o', 'a')
    const dueAt = bench.clock.now() + 3600_000
    await hub.completeTurn((await worker.nextTurn()).token, [decide.timer(1, dueAt)])
    bench.clock.jump(-7200_000)
    bench.clock.advance(3600_000)
    expect(worker.turns).toEqual([])
    bench.clock.jump(7200_000)
    bench.clock.advance(60_000)

    const turn = await worker.nextTurn()
    expect(turn.told.filter((event) => event.hasTimerfired())).toHaveLength(1)
    await hub.completeTurn(turn.token, [])
    bench.clock.jump(-7200_000)
    bench.clock.advance(7200_000)
    expect(worker.turns).toEqual([])
  })

  test('a turn begins no earlier than what it is told of, even when the clock has gone back', async () => {
    const { bench, hub } = await openRaw()
    const worker = hub.join({ turns: 1 })
    await hub.start('o', 'a')
    const dueAt = bench.clock.now() + 1_000
    const first = await worker.nextTurn()
    await hub.completeTurn(first.token, [decide.timer(1, dueAt)])
    await hub.start('blocks', 'b')
    const blocking = await worker.nextTurn()
    bench.clock.advance(1_000)
    bench.clock.jump(-500)
    await hub.completeTurn(blocking.token, [decide.end(1, null)])

    const [started] = (await worker.nextTurn()).told
    expect(started?.getTimestamp()?.toDate().getTime()).toBe(dueAt)
  })
})

import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import { expect, test } from 'vitest'
import { decide, RawHub } from './raw.ts'
import { openBench } from './sdk.ts'

const {
  ORCHESTRATION_STATUS_COMPLETED: completed,
  ORCHESTRATION_STATUS_RUNNING: running,
  ORCHESTRATION_STATUS_PENDING: pending,
  ORCHESTRATION_STATUS_TERMINATED: terminated,
} = stubs.OrchestrationStatus

async function openRaw(): Promise<RawHub> {
  return new RawHub((await openBench('in-process')).scheduler)
}

test('instances are ended in a batch, without a worker, and those that are not there do not matter', async () => {
  const hub = await openRaw()
  for (const id of ['a', 'b', 'c']) await hub.start('o', id)
  await hub.endAtOnce(['a', 'nobody', 'c'])

  const states = await Promise.all(['a', 'b', 'c'].map((id) => hub.state(id)))
  expect(states.map((state) => state?.getOrchestrationstatus())).toEqual([terminated, pending, terminated])
  expect(await hub.purge(['a', 'b', 'c', 'nobody'])).toBe(2)
})

test('a deleted task hub is empty, and nothing of it is done any more', async () => {
  const hub = await openRaw()
  const worker = hub.join()
  for (const id of ['a', 'b']) await hub.start('o', id)
  const turn = await worker.nextTurn()
  await hub.createTaskHub(false)
  expect(await hub.state('a')).toBeDefined()
  await hub.deleteTaskHub()

  expect([await hub.state('a'), await hub.state('b')]).toEqual([undefined, undefined])
  await expect(hub.completeTurn(turn.token, [])).rejects.toMatchObject({ code: 5 })
  await hub.start('o', 'a')
  await hub.createTaskHub(true)
  expect(await hub.state('a')).toBeUndefined()
})

test.for([
  ['an ended one that it names', [completed], completed, true],
  ['a live one that it names', [running, pending, terminated], pending, true],
  ['nothing that it does not name', [terminated], completed, false],
  ['nothing when it names nothing', [], completed, false],
] as const)('a start with a policy replaces %s', async ([, replaces, former, isReplaced]) => {
  const hub = await openRaw()
  await hub.start('o', 'a')
  if (former === completed) await hub.completeTurn((await hub.join().nextTurn()).token, [decide.end(1, null)])
  expect((await hub.state('a'))?.getOrchestrationstatus()).toBe(former)
  const refusal = await hub.start('other', 'a', { replaces }).catch((error: { code: number }) => error.code)

  expect(refusal).toBe(isReplaced ? undefined : 6)
  expect((await hub.state('a'))?.getName()).toBe(isReplaced ? 'other' : 'o')
})

test('a policy that replaces live instances must replace terminated ones, which they become', async () => {
  const hub = await openRaw()

  await expect(hub.start('o', 'a', { replaces: [running] })).rejects.toMatchObject({ code: 3 })
})

test('whoever waits for an instance that is removed is told so', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  await hub.start('o', 'a')
  const waiting = bench.client.waitForOrchestrationCompletion('a', true, 20)
  const [refusal] = await Promise.allSettled([waiting, hub.deleteTaskHub()])

  expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 5 } })
})

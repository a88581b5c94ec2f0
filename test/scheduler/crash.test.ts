import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { whenAll, type TOrchestrator } from '@microsoft/durabletask-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { temporaryFolder } from '../support/process.ts'
import { decide, RawHub } from './raw.ts'
import { openBench, Status, type Steps, until } from './sdk.ts'

/** Three activities, a timer, an event, a child, and a new generation. */
const everything: TOrchestrator = async function* (ctx, generation: number): Steps {
  const numbers: number[] = yield whenAll(
    [1, 2, 3].map((n) => ctx.callActivity('note', `${generation}-${n}`)),
  )
  yield ctx.createTimer(60)
  const word: string = yield ctx.waitForExternalEvent('word')
  const child: string = yield ctx.callSubOrchestrator('child', generation, {
    instanceId: `child-${generation}`,
  })
  if (generation < 2) return ctx.continueAsNew(generation + 1, true)
  return [numbers.length, word, child]
}
const child: TOrchestrator = async function* (ctx, generation: number): Steps {
  return yield ctx.callActivity('note', `child-${generation}`)
}

describe.for(['in-process', 'tcp'] as const)('%s', (transport) => {
  test('a run goes on after every crash, and nothing that was recorded is done again', async () => {
    const bench = await openBench(transport)
    const noted: string[] = []
    const note = (_: unknown, what: string): string => {
      noted.push(what)
      return what
    }
    const restart = async (): Promise<void> => {
      await bench.crash()
      await bench.worker({ everything, child }, { note })
    }
    await bench.client.scheduleNewOrchestration('everything', 1, 'run')
    await restart()
    for (const generation of [1, 2]) {
      await until(async () => {
        const events = await bench.events('run')
        return events.includes('TimerCreated') && !events.includes('TimerFired')
      })
      await restart()
      bench.clock.advance(60_000)
      await bench.hasEvent('run', 'TimerFired')
      await restart()
      await bench.client.raiseOrchestrationEvent('run', 'word', 'now')
      await restart()
      await until(async () => (await bench.client.getOrchestrationState(`child-${generation}`)) !== undefined)
      await restart()
    }

    expect(await bench.ended('run')).toMatchObject({
      status: Status.COMPLETED,
      output: [3, 'now', 'child-2'],
    })
    expect(noted.filter((what) => !what.startsWith('child')).toSorted()).toEqual(
      [1, 2].flatMap((generation) => [1, 2, 3].map((n) => `${generation}-${n}`)),
    )
    expect(await bench.ended('child-1')).toMatchObject({ output: 'child-1' })
  })
})

test('how far an instance has come is known from its history, also when', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  for (const turn of [1, 2, 3]) {
    await hub.completeTurn((await worker.nextTurn()).token, [decide.call(turn, `call ${turn}`)])
    bench.clock.advance(1_000)
    await hub.completeCall((await worker.nextCall()).token, turn)
  }
  await hub.completeTurn((await worker.nextTurn()).token, [])
  const before = await hub.state('a')
  await bench.crash()

  const again = new RawHub(bench.scheduler)
  const after = await again.state('a')
  expect(after?.getLastupdatedtimestamp()?.toDate()).toEqual(before?.getLastupdatedtimestamp()?.toDate())
  await again.raise('a', 'go', 1)
  const next = await again.join().nextTurn()
  expect(next.past.filter((event) => event.hasOrchestratorstarted())).toHaveLength(4)
  await again.completeTurn(next.token, [decide.end(4, 'done')])
  expect((await again.state('a'))?.getOutput()?.getValue()).toBe('"done"')
})

test('a run ends before its turns would take the places of another', async () => {
  const path = join(temporaryFolder(), 'hub.db')
  const before = await openScheduler({ path })
  const hub = new RawHub(before)
  const worker = hub.join()
  for (const id of ['a', 'b']) {
    await hub.start('o', id)
    await hub.completeTurn((await worker.nextTurn()).token, [])
  }
  await before.close()
  const file = new DatabaseSync(path)
  file.exec('UPDATE history SET id = id | 0xfffffe WHERE key = (SELECT min(key) FROM instances)')
  file.close()

  const after = await openScheduler({ path })
  onTestFinished(() => after.close())
  const again = new RawHub(after)
  again.join()
  await again.raise('a', 'go', 1)
  await until(async () => (await again.state('a'))?.getFailuredetails() !== undefined)
  expect((await again.state('a'))?.getFailuredetails()?.getErrormessage()).toContain('16777215 turns')
  expect((await again.history('b')).filter((event) => event.hasOrchestratorstarted())).toHaveLength(1)
})

test('an instance that ended before anybody looked at it still has its input', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  await hub.start('o', 'a')
  await hub.terminate('a')
  await bench.crash()
  expect((await new RawHub(bench.scheduler).state('a'))?.getInput()?.getValue()).toBe('null')
})

test('the calls that nobody has answered are handed out again, and no others', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  const asked = Array.from({ length: 12 }, (_, index) => index + 1)
  await hub.start('o', 'a')
  const dueAt = bench.clock.now() + 1_000_000
  await hub.completeTurn((await worker.nextTurn()).token, [
    ...asked.map((id) => decide.call(id, `call ${id}`)),
    ...[13, 14, 15].map((id) => decide.timer(id, dueAt)),
  ])
  const calls = await Promise.all(asked.map(() => worker.nextCall()))
  await hub.completeCall(calls[0]?.token ?? '', 'told')
  await hub.completeTurn((await worker.nextTurn()).token, [])
  await hub.completeCall(calls[1]?.token ?? '', 'not told yet')
  await bench.crash()

  const after = new RawHub(bench.scheduler).join()
  const again = await Promise.all(asked.slice(2).map(() => after.nextCall()))
  expect(again.map(({ name }) => name)).toEqual(asked.slice(2).map((id) => `call ${id}`))
  expect(
    (await after.nextTurn()).told.some((event) => event.getTaskcompleted()?.getTaskscheduledid() === 2),
  ).toBe(true)
  expect(after.calls).toEqual([])
})

test('a call outlives the generation that asked for it, and the run', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  await hub.completeTurn((await worker.nextTurn()).token, [
    decide.call(1, 'of the first generation'),
    decide.continueAsNew(2, null),
  ])
  await hub.completeTurn((await worker.nextTurn()).token, [decide.call(1, 'of the second')])
  await hub.raise('a', 'end', null)
  await hub.completeTurn((await worker.nextTurn()).token, [decide.end(2, 'done')])
  await bench.crash()

  const again = new RawHub(bench.scheduler)
  const after = again.join()
  const calls = [await after.nextCall(), await after.nextCall()]
  expect(calls.map(({ name, generation }) => [name, generation])).toEqual([
    ['of the first generation', 1],
    ['of the second', 2],
  ])
  for (const { token } of calls) await again.completeCall(token, null)
  await bench.crash()
  const last = new RawHub(bench.scheduler)
  const idle = last.join()
  await last.start('o', 'b')
  await idle.nextTurn()
  expect(idle.calls).toEqual([])
})

test('a timer that became due while nothing ran fires when the hub is back', async () => {
  const bench = await openBench('in-process')
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  const dueAt = bench.clock.now() + 1_000
  await hub.completeTurn((await worker.nextTurn()).token, [decide.timer(1, dueAt)])
  bench.clock.jump(3600_000)
  await bench.crash()
  const after = new RawHub(bench.scheduler).join()

  expect((await after.nextTurn()).told.map((event) => event.getTimerfired()?.getTimerid())).toContain(1)
})

test('a suspended run is still suspended after a crash, and goes on when it is resumed', async () => {
  const bench = await openBench('in-process')
  const waits: TOrchestrator = async function* (ctx): Steps {
    return yield ctx.waitForExternalEvent('go')
  }
  await bench.client.scheduleNewOrchestration('waits', null, 'a')
  await bench.worker({ waits })
  await bench.client.waitForOrchestrationStart('a', false, 20)
  await bench.client.suspendOrchestration('a')
  await bench.client.raiseOrchestrationEvent('a', 'go', 'gone')
  await bench.crash()
  await bench.worker({ waits })
  expect((await bench.state('a')).status).toBe(Status.SUSPENDED)
  await bench.client.resumeOrchestration('a')

  expect(await bench.ended('a')).toMatchObject({ output: 'gone' })
  expect(await bench.events('a')).toEqual(expect.arrayContaining(['ExecutionSuspended', 'ExecutionResumed']))
})

test('a token of the process before is no token', async () => {
  const bench = await openBench('in-process')
  const before = new RawHub(bench.scheduler)
  const worker = before.join()
  await before.start('o', 'a')
  const { token } = await worker.nextTurn()
  await bench.crash()

  await expect(new RawHub(bench.scheduler).completeTurn(token, [])).rejects.toMatchObject({ code: 5 })
})

test('a copy made while runs are under way is whole, and carries them on', async () => {
  const bench = await openBench('in-process')
  const worker = await bench.worker(
    {
      counts: async function* (ctx, count: number): Steps {
        let sum = 0
        for (let i = 0; i < count; i++) sum = yield ctx.callActivity('add', sum)
        return sum
      },
    },
    { add: (_, value: number) => value + 1 },
  )
  const ids = Array.from({ length: 10 }, (_, i) => `run-${i}`)
  for (const id of ids) await bench.client.scheduleNewOrchestration('counts', 20, id)
  await bench.hasEvent('run-0', 'TaskCompleted', 3)
  await bench.scheduler.backup(`${bench.folder}/copy.db`)
  for (const id of ids) expect(await bench.ended(id)).toMatchObject({ output: 20 })
  void worker.stop()

  const copy = await openScheduler({ path: `${bench.folder}/copy.db` })
  const hub = new RawHub(copy)
  for (const id of ids) expect((await hub.state(id))?.getName()).toBe('counts')
  await copy.close()
})

test('ended runs are removed once their time is over, and live ones are not', async () => {
  const bench = await openBench('in-process', { retentionMs: 3600_000 })
  const hub = new RawHub(bench.scheduler)
  const worker = hub.join()
  for (const id of ['ends', 'lives']) await hub.start('o', id)
  await until(() => worker.turns.length === 2)
  await hub.completeTurn(worker.turns[0]?.token ?? '', [decide.end(1, null)])
  bench.clock.leap(3599_000)
  expect(await hub.state('ends')).toBeDefined()
  bench.clock.advance(61_000)

  await until(async () => (await hub.state('ends')) === undefined)
  expect(await hub.state('lives')).toBeDefined()
})

import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { clientOf, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'
import { decide, RawHub } from './raw.ts'
import { moveAway, openBench, until } from './sdk.ts'

/** Counts the commits of every database from now on. */
function countCommits(): () => number {
  let commits = 0
  const prepare: unknown = Reflect.get(DatabaseSync.prototype, 'prepare')
  if (typeof prepare !== 'function') throw new TypeError('statements are prepared in another way')
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql) {
    const statement: StatementSync = Reflect.apply(prepare, this, [sql])
    const run = statement.run.bind(statement)
    return Object.assign(statement, {
      run: (...values: SQLInputValue[]) => {
        if (sql === 'COMMIT' || !(this.isTransaction || sql.startsWith('BEGIN'))) commits += 1
        return run(...values)
      },
    })
  })
  onTestFinished(() => void vi.restoreAllMocks())
  return () => commits
}

test('a step costs one commit: its result, the turn that takes it and the next call are in one', async () => {
  const commits = countCommits()
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { note: (n: number) => n } })
  const ten = compiled(`
name: ten
steps:
${Array.from({ length: 10 }, (_, n) => `  - { call: note, with: ${n} }`).join('\n')}
`)
  const run = async (): Promise<unknown> => (await client.wait((await client.start(ten, null)).id)).output
  await run() // the first takes its time
  const before = commits()
  expect(await run()).toBe(9)
  expect(commits() - before).toBeGreaterThanOrEqual(11)
  expect(commits() - before).toBeLessThan(11 + 5) // one for the start, and room for a machine that is busy
})

test('a run that never waits lets the event loop come by', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { more: (n: number) => n + 1 } })
  const loop = compiled(`
name: loop
steps:
  - loop:
      while: ($previous ?? 0) < 1000
      steps:
        - { call: more, with: "\${ $previous ?? 0 }" }
`)
  let isOver = false
  let turns = 0
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  const { id } = await client.start(loop, null)
  count()
  const began = performance.now()
  expect((await client.wait(id)).output).toBe(1000)
  isOver = true
  expect(turns).toBeGreaterThan((performance.now() - began) / 20)
})

test('nobody is told of what is not on disk, and no call is handed out before', async () => {
  const commits = countCommits()
  const { scheduler } = await openBench('in-process')
  const hub = new RawHub(scheduler)
  const [worker, leaving] = [hub.join({ calls: 1 }), hub.join({ turns: 1, calls: 1 })]
  const before = commits()
  const order: string[] = []
  const started = ['a', 'b'].map((id) => hub.start('o', id).then(() => order.push('started')))
  const turn = await worker.nextTurn() // ahead of the commit, which waits for the other one too
  const decided = hub.completeTurn(turn.token, [decide.call(1, 'x')])
  const read = hub.state(turn.id).then((state) => order.push(`read ${state?.getName()}`))
  leaving.leave() // its turn goes to the next, and whatever else there is to hand out
  await worker.nextCall()
  expect(commits()).toBeGreaterThan(before)
  await Promise.all([...started, decided, read])
  expect(order).toHaveLength(3)
  expect(order[0]).toBe('started')
})

test('a turn that takes long does not hold up the commit of what it was told', async () => {
  const { scheduler } = await openBench('in-process')
  const hub = new RawHub(scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  const { token } = await worker.nextTurn()
  await hub.raise('a', 'x', 1)
  expect((await hub.state('a'))?.getName()).toBe('o')
  await hub.completeTurn(token, [decide.end(1, 'at last')])
  expect((await hub.state('a'))?.getOutput()?.getValue()).toBe('"at last"')
})

test('a turn that was taken ahead of a commit that fails is void, and is taken again', async () => {
  const { scheduler, clock, folder } = await openBench('in-process')
  const hub = new RawHub(scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  const first = await worker.nextTurn()
  await hub.completeTurn(first.token, [decide.call(1, 'x')])
  const call = await worker.nextCall()

  const file = join(folder, 'hub.db')
  await moveAway(file)
  const result = hub.completeCall(call.token, 'lost').catch((error: unknown) => error)
  const ahead = await worker.nextTurn()
  const answer = hub.completeTurn(ahead.token, [decide.end(2, 'never')]).catch((error: unknown) => error)
  expect(await result).toMatchObject({ code: 14 })
  expect(await answer).toMatchObject({ code: expect.toBeOneOf([5, 14]) })

  renameSync(`${file}.gone`, file)
  clock.advance(30_000)
  const again = await worker.nextCall()
  expect([again.name, again.actionId]).toEqual(['x', 1])
  await hub.completeCall(again.token, 'kept')
  const last = await worker.nextTurn()
  await hub.completeTurn(last.token, [decide.end(2, 'now')])
  await until(async () => (await hub.state('a'))?.getOutput()?.getValue() === '"now"')
})

import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openScheduler } from '../../engine/scheduler/scheduler.ts'
import { ManualClock } from '../scheduler/manual-clock.ts'
import { decide, RawHub, type RawWorker } from '../scheduler/raw.ts'
import { temporaryFolder } from '../support/process.ts'

const hour = 3_600_000
const year = 365 * 24 * hour

/** A clock that others set, and hubs that look at it one after the other, on one file. */
interface Bench {
  readonly clock: ManualClock
  readonly path: string
}

function bench(): Bench {
  return { clock: new ManualClock(), path: join(temporaryFolder(), 'hub.db') }
}

async function opened({
  clock,
  path,
}: Bench): Promise<{ hub: RawHub; worker: RawWorker; close: () => Promise<void> }> {
  const scheduler = await openScheduler({ path, clock, turnLimitMs: 100 * year })
  onTestFinished(() => scheduler.close())
  const hub = new RawHub(scheduler)
  return { hub, worker: hub.join(), close: () => scheduler.close() }
}

/** How often the timer of an instance has fired. */
async function fired(hub: RawHub): Promise<number> {
  return (await hub.history('a')).filter((event) => event.hasTimerfired()).length
}

test.for([
  ['put back a day and then right', [-24 * hour, 24 * hour]],
  ['put forward a day and then right', [24 * hour, -24 * hour]],
  ['put back ten years while the hub was down', [-10 * year, 'restart', 10 * year]],
  ['put forward while the hub was down, and back', ['restart', 30 * 60_000, 'restart', -30 * 60_000]],
] as const)(
  'a clock that is %s: a timer fires once, and at its time by the clock',
  async ([, happenings]) => {
    const all = bench()
    const { clock } = all
    let { hub, worker, close } = await opened(all)
    await hub.start('o', 'a')
    const dueAt = clock.now() + hour
    await hub.completeTurn((await worker.nextTurn()).token, [decide.timer(1, dueAt)])
    let wasDue = false
    for (const happening of happenings) {
      if (happening === 'restart') {
        await close()
        ;({ hub, worker, close } = await opened(all))
      } else clock.jump(happening)
      clock.advance(60_000) // the hub looks at the clock once a minute
      wasDue ||= clock.now() >= dueAt
      await hub.state('a')
      expect(worker.turns.length > 0).toBe(wasDue)
    }
    clock.advance(2 * hour)
    const turn = await worker.nextTurn()
    expect(turn.told.filter((event) => event.hasTimerfired())).toHaveLength(1)
    await hub.completeTurn(turn.token, [])
    clock.jump(-24 * hour)
    clock.advance(48 * hour)

    expect(await fired(hub)).toBe(1)
    expect(worker.turns).toEqual([])
  },
)

test('a delay of years is kept, over restarts, to the millisecond', async () => {
  const all = bench()
  let { hub, worker, close } = await opened(all)
  await hub.start('o', 'a')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.timer(1, all.clock.now() + 3 * year)])
  for (let restarts = 0; restarts < 3; restarts++) {
    await close()
    all.clock.leap(year - (restarts === 2 ? 1 : 0))
    ;({ hub, worker, close } = await opened(all))
    await hub.state('a')
    expect(worker.turns).toEqual([])
  }
  all.clock.advance(1)

  expect((await worker.nextTurn()).told.some((event) => event.hasTimerfired())).toBe(true)
})

test('what is old is removed by the clock, and a clock that was put back removes nothing', async () => {
  const { clock, path } = bench()
  const scheduler = await openScheduler({ path, clock, retentionMs: hour })
  onTestFinished(() => scheduler.close())
  const hub = new RawHub(scheduler)
  const worker = hub.join()
  await hub.start('o', 'a')
  await hub.completeTurn((await worker.nextTurn()).token, [decide.end(1, 'done')])
  clock.jump(-10 * year)
  clock.advance(2 * hour)

  expect(await hub.state('a')).toBeDefined()
})

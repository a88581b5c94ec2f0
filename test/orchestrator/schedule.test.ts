import { expect, test } from 'vitest'
import type { Json } from '../../engine/json.ts'
import type { Schedule } from '../../engine/language/definition.ts'
import type { ScheduleState } from '../../engine/orchestrator/schedule.ts'
import { Generation, type Action } from '../../engine/testing/generation.ts'
import { compiled } from '../support/compiled.ts'
import { RealMachine } from '../support/real-machine.ts'

const hour = 3_600_000
const noon = Date.UTC(2030, 0, 1, 12)
const hourly: Schedule = { cron: '0 * * * *', timezone: 'UTC', overlap: 'skip', input: { n: 1 } }

/** Answers what one generation asks of its host, and gives what it asked for; timers fire `lateMs` late. */
async function tick(
  state: ScheduleState,
  answers: { readonly await?: Json; readonly lateMs?: number } = {},
): Promise<{ readonly asked: readonly Action[]; readonly next: ScheduleState }> {
  let now = Math.max(noon, state.lastTick ?? 0) + 1
  const generation = new Generation('schedule:hourly', { schedule: state }, now)
  await generation.begin()
  for (let at = 0; at < generation.actions.length; at += 1) {
    const action = generation.actions[at]
    if (!action || action.do === 'send') continue
    if (action.do === 'timer') now = action.dueAt + (answers.lateMs ?? 0)
    await generation.tell({ at: now, task: action.id, result: answerTo(action, answers.await ?? null) })
  }
  generation.close()
  const { end } = generation
  if (end?.ended !== 'continued' || !('schedule' in end.input)) throw new Error(JSON.stringify(end))
  return { asked: generation.actions, next: end.input.schedule }
}

function answerTo(action: Action, awaited: Json): Json {
  if (action.do !== 'activity') return null
  const { input } = action.input as { readonly input: { readonly after: number; readonly id: string } }
  if (action.name === 'longhaul.tick') return Math.floor(input.after / hour) * hour + hour
  return action.name === 'longhaul.start' ? input.id : awaited
}

function startsIn(asked: readonly Action[]): readonly Action[] {
  return asked.filter((action) => action.do === 'activity' && action.name === 'longhaul.start')
}

test('every tick starts one run with the input of the schedule, under an id of its own', async () => {
  const first = await tick({ workflow: 'hourly', schedule: hourly })
  const second = await tick(first.next, { await: { ended: true, output: null } })
  const [one, other] = [startsIn(first.asked), startsIn(second.asked)]
  expect(one).toMatchObject([{ input: { input: { workflow: 'hourly', input: { n: 1 } } } }])
  expect(other).toHaveLength(1)
  expect(second.next.lastRun).not.toBe(first.next.lastRun)
  expect(second.next.lastTick).toBe((first.next.lastTick ?? 0) + hour)
})

test('the same tick starts the same run, however often it is looked at', async () => {
  const state = { workflow: 'hourly', schedule: hourly }
  expect((await tick(state)).next).toEqual((await tick(state)).next)
})

test('ticks that nobody was there for are made up for by one run', async () => {
  const { asked, next } = await tick({ workflow: 'hourly', schedule: hourly }, { lateMs: 5 * hour + 60_000 })
  expect(startsIn(asked)).toHaveLength(1)
  const later = new Generation('schedule:hourly', { schedule: next }, noon + 6 * hour + 61_000)
  await later.begin()
  expect(later.actions).toMatchObject([
    { name: 'longhaul.tick', input: { input: { after: noon + 6 * hour + 61_000 } } },
  ])
})

test.for([
  ['skip', { ended: false }, 0],
  ['skip', { ended: true, output: null }, 1],
  ['allow', { ended: false }, 1],
] as const)(
  'overlap %s: while the run before has %j, a tick starts %i',
  async ([overlap, awaited, starts]) => {
    const state = { workflow: 'hourly', schedule: { ...hourly, overlap }, lastTick: noon, lastRun: 'before' }
    const { asked, next } = await tick(state, { await: awaited })
    expect(startsIn(asked)).toHaveLength(starts)
    expect(next.lastRun === 'before').toBe(starts === 0)
  },
)

test('on the hub, a schedule starts a run at every tick, and one for all those that nobody was there for', async () => {
  const day = compiled('name: day\nsteps: [{ wait: 9h30m }]')
  const scheduled = compiled("name: hourly\nschedule: { cron: '0 * * * *' }\nsteps: [{ call: tick }]")
  const machine = await RealMachine.open({
    definitions: [scheduled],
    activities: () => ({ tick: () => null }),
  })
  try {
    await machine.client.keepSchedules([scheduled])
    machine.at(3.5 * hour, async () => machine.loseWorker())
    machine.at(7.25 * hour, () => machine.openWorker())
    await machine.live(await machine.start({ definition: day, input: null, config: {} }))
    const { runs } = await machine.client.list({ workflow: 'hourly' })
    const times = runs.map(({ createdAt, status }) => `${createdAt.slice(11, 16)} ${status}`)
    expect(times.toSorted((a, b) => a.localeCompare(b))).toEqual(
      ['01:00', '02:00', '03:00', '07:15', '08:00', '09:00'].map((time) => `${time} completed`),
    )
  } finally {
    await machine.close()
  }
})

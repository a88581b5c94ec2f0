import { expect, test } from 'vitest'
import type { Start } from '../../engine/language/definition.ts'
import { ownEvents, type Run } from '../../engine/run.ts'
import { Generation } from '../../engine/testing/generation.ts'
import { compiled } from '../support/compiled.ts'
import { RealMachine } from '../support/real-machine.ts'

const minute = 60_000

/** Lives on a hub until the parent of a child has ended; `meanwhile` is called a minute after the start. */
async function live(
  text: string,
  start: Omit<Start, 'definition' | 'input' | 'config'>,
  meanwhile: (machine: RealMachine, id: string, childId: string) => Promise<void>,
  after: (machine: RealMachine, run: Run, childId: string) => Promise<void>,
): Promise<void> {
  const parent = compiled('name: parent\nsteps: [{ id: below, workflow: child }]', text)
  const machine = await RealMachine.open({ definitions: [parent, compiled(text)], activities: () => ({}) })
  try {
    const id = await machine.start({ definition: parent, input: null, config: {}, ...start })
    let childId = ''
    machine.at(minute, async () => {
      const began = (await machine.client.history(id)).find(({ type }) => type === 'childStarted')
      childId = String(Object(began?.data).runId)
      await meanwhile(machine, id, childId)
    })
    const run = await machine.live(id)
    if (!run) throw new Error('the run does not end')
    await after(machine, run, childId)
  } finally {
    await machine.close()
  }
}

test('a child that outlives its parent goes on asking, and harms nobody', async () => {
  const child = `
name: child
steps: [{ wait: 1h }]
finally: [{ id: sure, ask: { prompt: Sure?, timeout: 10m, onTimeout: null, remindEvery: 9s } }]
`
  const seen: unknown[] = []
  await live(
    child,
    { depth: 0 },
    async (machine, id) => {
      machine.at(5_000, async () => seen.push((await machine.client.get(id))?.report))
      await machine.client.raise(id, ownEvents.cancel, { graceMs: 10_000 })
    },
    async (machine, run, childId) => {
      expect(seen).toMatchObject([
        { cancelling: true, questions: [{ key: 'below#1/sure#1', prompt: 'Sure?' }] },
      ])
      expect(run).toMatchObject({
        status: 'cancelled',
        error: { message: 'The run did not clean up in time' },
      })
      expect(run.updatedAt).toBe('2030-01-01T00:01:10.000Z')
      expect(run.report.questions).toBeUndefined()
      expect(await machine.live(childId)).toMatchObject({
        status: 'cancelled',
        updatedAt: '2030-01-01T00:02:00.000Z',
      })
      const told = (await machine.client.history(childId)).filter(({ type }) => type === 'eventSent')
      expect(told).toHaveLength(7)
    },
  )
})

test('a run from before depth was counted keeps the questions of its children to them', async () => {
  const child = 'name: child\nsteps: [{ id: sure, ask: { prompt: Sure?, timeout: 10m } }]'
  const limits = { events: 120, bytes: 262_144 }
  await live(
    child,
    { limits },
    async (machine, id, childId) => {
      expect((await machine.client.get(id))?.report).toEqual({})
      await machine.client.answer(childId, 'sure', 'yes')
    },
    async (machine, run, childId) => {
      expect(run).toMatchObject({ status: 'completed', output: 'yes' })
      const told = (await machine.client.history(childId)).filter(({ type }) => type === 'eventSent')
      expect(told).toEqual([])
    },
  )
})

test('of what a child tells, the latest set counts, in whatever order it comes, and only while the child lives', async () => {
  const definition = compiled(
    'name: parent\nsteps: [{ id: below, workflow: child }, { wait: 1h }]',
    'name: child\nsteps: [{ id: sure, ask: { prompt: Sure?, timeout: 10m } }]',
  )
  const limits = { events: 1, bytes: 1 }
  const run = new Generation('parent', { definition, input: null, config: {}, depth: 0, limits }, 0)
  await run.begin()
  const [child] = run.actions
  if (child?.do !== 'child') throw new Error('there is no child')
  const askedAt = '2030-01-01T00:00:00.000Z'
  const tell = (to: Generation, from: string, sequence: number, ...keys: string[]): Promise<void> => {
    const questions = keys.map((key) => ({ key, step: 'sure', prompt: 'Sure?', askedAt, reminders: 0 }))
    return to.tell({ at: 1, event: ownEvents.questions, data: { from, sequence, questions } })
  }
  await tell(run, child.instanceId, 2, 'sure#2')
  await tell(run, child.instanceId, 1, 'sure#1')
  await tell(run, 'a stranger', 3, 'sure#3')
  expect(run.report).toMatchObject({
    questions: [{ key: 'below#1/sure#2', askedBy: { run: child.instanceId, key: 'sure#2' } }],
  })
  await run.tell({ at: 2, task: child.id, result: null })
  expect(run.report).toEqual({})
  run.close()
  if (run.end?.ended !== 'continued') throw new Error('the run does not go on in a new history')
  const next = new Generation('parent', run.end.input, 3)
  await next.begin()
  await tell(next, child.instanceId, 4, 'sure#4')
  next.close()
  expect(next.report).toEqual({})
  expect(next.end).toMatchObject({ input: { state: { mail: [], report: {} } }, carried: [] })
})

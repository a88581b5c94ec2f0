import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEngine } from '../../engine/engine.ts'
import { readHistory, writeHistory } from '../../engine/testing/history-file.ts'
import type { RecordedEvent, RecordedHistory } from '../../engine/testing/history.ts'
import { Recorder } from '../../engine/testing/history.ts'
import { replay } from '../../engine/testing/replay.ts'
import { simulate } from '../../engine/testing/simulate.ts'
import { compiled } from '../support/compiled.ts'
import { projectWith } from '../support/files.ts'
import { command } from '../support/shell.ts'

const definition = `
name: order
description: Charges, asks, waits and starts a child.
steps:
  - id: charge
    call: payment.charge
    retry: { maxAttempts: 3, delay: 1ms }
  - parallel:
      paid: [{ waitFor: { event: paid, timeout: 1h } }]
      asked: [{ id: approval, ask: { prompt: Ship?, timeout: 1h } }]
  - { workflow: child, with: { sku: a } }
  # Its time-out is asked for and taken back in one turn, since the event is there before: the hub never hears of it.
  - waitFor: { event: early, timeout: 1h }
  - id: random
    wait: \${ $floor($random() * 5) & 'ms' }
result: \${ $steps.charge }
`
const child = `
name: child
description: Fails, and catches it.
steps:
  - fail: { type: a.b, data: [1] }
    catch: [{ result: "\${ $error.type }" }]
`

/** A history of `order` in memory. */
async function recorded(): Promise<RecordedHistory> {
  const recorder = new Recorder()
  let calls = 0
  const start = { definition: compiled(definition, child), input: {}, config: {} }
  await simulate(
    start,
    {
      definitions: [compiled(child)],
      perform: () =>
        (calls += 1) === 1
          ? { fails: { type: 'bank.busy', message: 'Busy', retryable: true } }
          : { takesMs: 5, returns: { id: 'CH1' } },
      answer: () => ({ afterMs: 60_000, data: true }),
      stimuli: ['early', 'paid'].map((event) => ({ afterMs: 10, event, data: null })),
    },
    { watch: (moment) => recorder.watch(moment) },
  )
  const [history] = recorder.histories
  if (!history) throw new Error('nothing was recorded')
  return history
}

test('what was recorded is replayed, written and read again included', async () => {
  const history = await recorded()
  const read = readHistory('a.json', writeHistory(history))
  expect(read).toEqual(history)
  expect(await replay(read)).toEqual({ ok: true, events: history.events.length })
})

test('a history of a run under way is replayed as far as it goes', async () => {
  const { events, ...rest } = await recorded()
  for (let length = 0; length < events.length; length += 1) {
    // What was asked in the same turn as the last event is part of what the hub knows.
    if (!('told' in (events[length] ?? {}))) continue
    expect(await replay({ ...rest, events: events.slice(0, length) })).toEqual({ ok: true, events: length })
  }
})

/** The history with its first event that `matters` changed, or left out. */
function withChanged(
  history: RecordedHistory,
  matters: (event: RecordedEvent) => boolean,
  change: (event: RecordedEvent) => RecordedEvent | undefined,
): { readonly history: RecordedHistory; readonly number: number } {
  const index = history.events.findIndex(matters)
  const changed = history.events.flatMap((event, at) => (at === index ? (change(event) ?? []) : [event]))
  return { history: { ...history, events: changed }, number: index + 1 }
}

test('another name of an activity is told as the first difference', async () => {
  const { history, number } = withChanged(
    await recorded(),
    (event) => 'asked' in event && event.asked === 'activity',
    (event) => ({ ...event, name: 'payment.book' }),
  )
  expect(await replay(history)).toMatchObject({
    ok: false,
    event: number,
    recorded: { asked: 'activity', id: 1, name: 'payment.book' },
    now: { asked: 'activity', id: 1, name: 'payment.charge' },
  })
})

test('a timer that would be due at another time is told', async () => {
  const { history, number } = withChanged(
    await recorded(),
    (event) => 'asked' in event && event.asked === 'timer',
    (event) => ({ ...event, dueAt: '2031-01-01T00:00:00.000Z' }) as RecordedEvent,
  )
  expect(await replay(history)).toMatchObject({ ok: false, event: number })
})

test('something that was never asked for is told, and so is what nobody asks for any more', async () => {
  const whole = await recorded()
  const isTimer = (event: RecordedEvent): boolean => 'asked' in event && event.asked === 'timer'
  const last = whole.events.findLastIndex(isTimer)
  const less = { ...whole, events: whole.events.toSpliced(last, 1) }
  expect(await replay(less)).toMatchObject({ ok: false, recorded: { ended: 'completed' } })
  const more = { ...whole, events: whole.events.toSpliced(-1, 0, { asked: 'timer', id: 99, dueAt: 'x' }) }
  expect(await replay(more)).toMatchObject({ ok: false, event: whole.events.length, now: null })
})

test('another end is told', async () => {
  const { history, number } = withChanged(
    await recorded(),
    (event) => 'ended' in event,
    () => ({ ended: 'completed', output: { id: 'CH2' } }),
  )
  expect(await replay(history)).toEqual({
    ok: false,
    event: number,
    recorded: { ended: 'completed', output: { id: 'CH2' } },
    now: { ended: 'completed', output: { id: 'CH1' } },
  })
})

test('a run of a real hub is replayed, with its children, and saved', async () => {
  const cwd = projectWith({ 'definitions/order.yaml': definition, 'definitions/child.yaml': child })
  let calls = 0
  const charge = (): object => {
    if ((calls += 1) === 1) throw new Error('busy')
    return { id: 'CH1' }
  }
  const engine = await openEngine({
    definitions: join(cwd, 'definitions'),
    activities: { 'payment.charge': charge },
    data: join(cwd, '.longhaul'),
    env: {},
  })
  const order = engine.definitions().find(({ name }) => name === 'order')
  if (!order) throw new Error(JSON.stringify(engine.issues()))
  const { id } = await engine.client.start(order, {})
  for await (const run of engine.client.watch(id)) {
    if ((run.report.questions ?? []).length === 0) continue
    await engine.client.raise(id, 'early', null)
    await engine.client.raise(id, 'paid', null)
    await engine.client.answer(id, 'approval', true)
    break
  }
  const run = await engine.client.wait(id)
  const { runs } = await engine.client.list()
  await engine.stop()
  expect(run).toMatchObject({ status: 'completed', output: { id: 'CH1' } })

  const names = runs.map((one) => one.id)
  expect(names).toHaveLength(2)
  const all = await command(['replay', ...names], { cwd })
  expect(all).toMatchObject({ code: 0, err: '' })
  expect(all.out.match(/✓/g)).toHaveLength(2)

  await command(['replay', id, '--save', 'order.json'], { cwd })
  expect(await command(['replay', 'order.json', '--json'], { cwd })).toMatchObject({ code: 0 })
  const saved = readHistory('order.json', readFileSync(join(cwd, 'order.json'), 'utf8'))
  expect(saved.events.filter((event) => 'told' in event).length).toBeGreaterThan(5)

  const unknown = await command(['replay', 'no-such-run'], { cwd })
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('There is no run "no-such-run"') })
})

test.for(globSync('test/histories/*.json').toSorted())('%s is replayed for ever', async (file) => {
  const history = readHistory(file, readFileSync(file, 'utf8'))
  expect(await replay(history)).toEqual({ ok: true, events: history.events.length })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { isJsonObject, type Json } from '../../engine/json.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import { simulate } from '../../engine/testing/simulate.ts'
import { compiled } from '../support/compiled.ts'
import { RealMachine } from '../support/real-machine.ts'

/** A step that waits, one way or another; all that it takes is in its result. */
const wait = fc
  .record({
    event: fc.constantFrom('e', 'E', 'f'),
    timeout: fc.constantFrom('1s', '4s', '9s'),
    match: fc.constantFrom('true', '$event % 2 = 0', '$event % 3 = 0'),
  })
  .map((written) => ({ waitFor: { ...written, onTimeout: 0 } }))
const pause = fc.constantFrom('0s', '1s', '3s').map((duration) => ({ wait: duration }))
const branch = fc
  .tuple(fc.option(pause, { nil: undefined }), wait)
  .map(([before, step]) => [...(before ? [before] : []), step])
const taker = fc.oneof(
  wait,
  fc.record({ race: fc.record({ a: branch, b: branch, c: fc.tuple(pause) }) }),
  fc.record({ parallel: fc.record({ a: branch, b: branch }) }),
  fc.record({ parallel: fc.record({ a: branch, b: branch, c: branch }), need: fc.constantFrom(1, 2) }),
  fc
    .record({ in: fc.constant([1, 2, 3]), concurrency: fc.constantFrom(1, 3), steps: branch })
    .map((each) => ({ forEach: each })),
  wait.map(({ waitFor: { onTimeout: _, ...written } }) => ({
    waitFor: written,
    retry: { maxAttempts: 3, delay: '1s' },
    catch: [{ result: 0 }],
  })),
  wait.map(({ waitFor: { timeout, ...written } }) => ({
    try: [{ waitFor: { event: written.event, match: written.match, timeout: '1h' } }],
    timeout,
    catch: [{ result: 0 }],
  })),
  wait.map((step) => ({
    loop: {
      until: '$count($previous) = 3',
      steps: [step],
      result: '${ $append($previous ?? [], [$result]) }',
    },
  })),
  pause,
)

/** Takes what is left, in order, until nothing has come for a while. */
const drain = (event: string): object => ({
  loop: {
    until: '$previous[-1] = 0',
    maxIterations: 100,
    steps: [{ waitFor: { event, timeout: '1m', onTimeout: 0 } }],
    result: '${ $append($previous ?? [], [$result]) }',
  },
})

const program = fc.array(taker, { minLength: 1, maxLength: 5 }).map((takers) => {
  const steps = [...takers, drain('e'), drain('f')].map((step, index) => ({ id: `s${index}`, ...step }))
  const result = steps.map(({ id }) => `\${ $steps.${id} }`)
  return compiled(stringify({ name: 'events', steps, result }))
})

interface Arrival {
  readonly afterMs: number
  readonly event: string
  /** Above all that is no event, and in the order of arrival. */
  readonly data: number
}

const arrivals: fc.Arbitrary<readonly Arrival[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 500, 1_000, 1_500, 3_000, 7_500, 20_000),
      fc.constantFrom('e', 'E', 'f', 'F'),
    ),
    { maxLength: 12 },
  )
  .map((all) =>
    all
      .toSorted(([a], [b]) => a - b)
      .map(([afterMs, event], index) => ({ afterMs, event, data: 1_000 + index })),
  )

/** The events that are found in the result of a run. */
function eventsIn(value: Json): readonly number[] {
  if (typeof value === 'number') return value >= 1_000 ? [value] : []
  if (isJsonObject(value)) return Object.values(value).flatMap(eventsIn)
  return Array.isArray(value) ? value.flatMap(eventsIn) : []
}

/** What is wrong: events of which the sender knows that they came and that were not taken, or that were taken twice, or out of order. */
function faults(output: Json | undefined, known: readonly number[]): readonly string[] {
  const results = Array.isArray(output) ? output : []
  const taken = eventsIn(results)
  const left = results.slice(-2).map(eventsIn)
  return [
    ...known.filter((event) => !taken.includes(event)).map((event) => `${event} is lost`),
    ...taken.filter((event, index) => taken.indexOf(event) !== index).map((event) => `${event} came twice`),
    ...left
      .filter((events) => events.some((event, index) => event < (events[index - 1] ?? 0)))
      .map((events) => `${events.join(', ')} are out of order`),
  ]
}

function startOf(definition: Definition, limits?: Start['limits']): Start {
  return { definition, input: null, config: {}, ...(limits ? { limits } : {}) }
}

test('every event is taken exactly once, in any order, through races, retries, loops and checkpoints', async () => {
  const limits = fc.record({ events: fc.integer({ min: 1, max: 20 }), bytes: fc.constant(262_144) })
  await fc.assert(
    fc.asyncProperty(program, arrivals, limits, async (definition, sent, cut) => {
      const world = { definitions: [], perform: () => ({ returns: null }), stimuli: sent }
      const known = sent.map(({ data }) => data)
      const whole = await simulate(startOf(definition), world)
      const parts = await simulate(startOf(definition, cut), world, { replays: false })
      expect([...faults(whole.output, known), ...faults(parts.output, known)]).toEqual([])
    }),
    { numRuns: 150, interruptAfterTimeLimit: 6_000 },
  )
})

test('the hub loses none either, though events come while a turn is taken, and the process may die', async () => {
  const limits = fc.record({ events: fc.integer({ min: 1, max: 20 }), bytes: fc.constant(262_144) })
  const blows = fc.option(fc.record({ victim: fc.constantFrom('worker', 'process'), after: fc.nat(60) }), {
    nil: undefined,
  })
  await fc.assert(
    fc.asyncProperty(program, arrivals, limits, blows, async (definition, sent, cut, blow) => {
      const machine = await RealMachine.open({ definitions: [], activities: () => ({}) })
      try {
        const id = await machine.start(startOf(definition, cut))
        const known: number[] = []
        for (const { afterMs, event, data } of sent)
          machine.at(afterMs, async () => {
            const { life } = machine
            await machine.client.raise(id, event, data).catch(() => {}) // the process may have died
            if (machine.life === life) known.push(data)
          })
        expect(faults((await machine.live(id, blow))?.output, known)).toEqual([])
      } finally {
        await machine.close()
      }
    }),
    { numRuns: 60, interruptAfterTimeLimit: 5_000 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bench } from './sdk.ts'
import { type Happening, World } from './world.ts'

const who = fc.nat(5)

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('raise' as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      who,
      asks: fc.array(fc.constantFrom('call' as const, 'timer' as const), { maxLength: 2 }),
      then: fc.constantFrom('wait' as const, 'wait' as const, 'continueAsNew' as const, 'end' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('perform' as const), who }) },
  fc.record({ do: fc.constantFrom('suspend' as const, 'resume' as const, 'terminate' as const), who }),
  fc.record({ do: fc.constantFrom('abandonTurn' as const, 'abandonCall' as const), who }),
)

/** What takes effect before the next commit, so that the model has to see it alone. */
const alone: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 5_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  fc.constantFrom({ do: 'join' as const }, { do: 'crash' as const }),
)

const moment = fc.oneof(
  { weight: 3, arbitrary: fc.array(happening, { minLength: 1, maxLength: 3 }) },
  fc.tuple(alone),
)

test('whatever happens: nothing is lost, nothing is done by two, nothing that was recorded is done again', async () => {
  const property = fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 5, maxLength: 40, size: 'max' }), async (moments) => {
      const bench = new Bench('in-process', { turnLimitMs: 10 ** 12 })
      await bench.open()
      try {
        const world = new World(bench)
        for (const batch of moments) await world.happen(batch)
        await world.conclude()
      } finally {
        await bench.close()
      }
    }),
    { numRuns: 100 },
  )
  await expect(property).resolves.toBeUndefined()
})

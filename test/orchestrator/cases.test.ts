import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { casesIn, comparable, expectedOf, type Case, type Observed } from '../support/case.ts'
import { runPurely } from '../support/pure-machine.ts'
import { runReally } from '../support/real-case.ts'

const cases = globSync('test/cases/**/*.yaml').toSorted().flatMap(casesIn)

/** A checkpoint wherever one is safe. */
const always = { events: 0, bytes: 0 }

describe.each(cases)('%s', (_, one) => {
  test.each<[string, (one: Case) => Promise<Observed>]>([
    ['in memory, replayed after every event', (it) => runPurely(it)],
    ['in memory, with a checkpoint after every step', (it) => runPurely(it, always)],
    ['on the hub', (it) => runReally(it)],
    ['on the hub, with a checkpoint after every step', (it) => runReally(it, always)],
  ])('%s', async (_machine, run) => {
    expect(comparable(await run(one), one.expect)).toEqual(expectedOf(one))
  })
})

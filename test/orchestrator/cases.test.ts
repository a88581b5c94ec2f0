import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Start } from '../../engine/language/definition.ts'
import { simulate } from '../../engine/testing/simulate.ts'
import {
  actor,
  comparable,
  definitionsOf,
  expectedOf,
  readCase,
  startOf,
  stimuliOf,
  type Case,
  type Observed,
} from '../support/case.ts'

const files = globSync('test/cases/**/*.yaml').toSorted()

describe.each(files)('%s', (file) => {
  const one = readCase(file)
  test('replayed after every event', async () => {
    expect(comparable(await simulated(one), one.expect)).toEqual(expectedOf(one))
  })
  test('with a checkpoint after every step', async () => {
    expect(comparable(await simulated(one, { events: 1, bytes: 1 }), one.expect)).toEqual(expectedOf(one))
  })
})

async function simulated(one: Case, limits?: Start['limits']): Promise<Observed> {
  const definitions = definitionsOf(one)
  const [main] = definitions
  if (!main) throw new Error('the case has no definition')
  const perform = actor(one)
  const run = await simulate(startOf(one, main, limits), {
    definitions,
    perform: (name, { input }) => perform(name, input),
    stimuli: stimuliOf(one),
  })
  return {
    status: run.status,
    ...(run.output === undefined ? {} : { output: run.output }),
    ...(run.error === undefined ? {} : { error: run.error }),
    calls: run.calls.map(({ name, request }) => ({ name, input: request.input })),
    elapsedMs: run.elapsedMs,
    warnings: run.report.warnings ?? [],
  }
}

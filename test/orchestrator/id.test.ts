import { expect, test } from 'vitest'
import { idFor, idInside } from '../../engine/orchestrator/id.ts'
import type { RunState } from '../../engine/orchestrator/state.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** A run as far as ids of others are made of it. */
function runOf(runId: string, revision?: number): Parameters<typeof idInside>[0] {
  const state: Partial<RunState> = {
    start: {
      definition: {} as RunState['start']['definition'],
      input: null,
      config: {},
      ...(revision !== undefined && { revision }),
    },
  }
  return { runId, state: state as RunState }
}

test.each([
  ['0193c0de-1234-7abc-8def-0123456789ab', '0193c0de-1234'],
  ['order-17', idFor('order-17').slice(0, 13)],
])('what the run %s starts lies beside it, and each has an id of its own', (runId, family) => {
  const ids = Array.from({ length: 10_000 }, (_, n) => idInside(runOf(runId, 1), `child/${n}`))
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) {
    expect(id).toMatch(uuid)
    expect(id.slice(0, 13)).toBe(family)
  }
  const ofChild = idInside(runOf(ids[0] ?? '', 1), 'child/0')
  expect(ofChild.slice(0, 13)).toBe(family)
  expect(ids).not.toContain(ofChild)
})

test('children of runs that were begun before revision 1 keep the ids they have', () => {
  expect(idFor('r/child/1')).toMatch(uuid)
  expect(idInside(runOf('r'), 'child/1')).toBe(idFor('r/child/1'))
})

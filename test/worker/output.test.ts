import { expect, test } from 'vitest'
import { failureOf, hostOf, request } from '../support/activity-host.ts'

const cycle: Record<string, unknown> = {}
cycle['self'] = { cycle }

test.for<[string, unknown, string]>([
  ['a function', { rows: [{ parse: () => 1 }] }, 'a function at "rows.0.parse"'],
  ['a bigint', { id: 5n }, 'a bigint at "id"'],
  ['a symbol', Symbol('x'), 'a symbol'],
  ['a map', new Map([[1, 2]]), 'a Map; use an object or a list'],
  ['a cycle', cycle, 'a cycle at "self.cycle"'],
])('a result with %s in it is refused with its place', async ([, result, what]) => {
  const failure = await failureOf(hostOf({ run: () => result }).perform('run', request()))
  expect(failure).toMatchObject({ type: 'activity.invalidOutput', retryable: false })
  expect(failure.message).toContain(what)
})

test('what JSON changes without loss is changed, and a value that occurs twice is no cycle', async () => {
  const when = new Date('2026-01-01T00:00:00Z')
  const host = hostOf({
    run: () => ({ when, also: { when }, nothing: undefined, twice: [cycleFree, cycleFree] }),
  })
  const cycleFree = { a: 1 }
  expect(await host.perform('run', request())).toEqual({
    when: '2026-01-01T00:00:00.000Z',
    also: { when: '2026-01-01T00:00:00.000Z' },
    twice: [{ a: 1 }, { a: 1 }],
  })
})

test('a result of 5 MB is refused with its size and what to do', async () => {
  const host = hostOf({ dump: () => 'x'.repeat(5_000_000), small: () => 'fine' })
  expect(await failureOf(host.perform('dump', request()))).toMatchObject({
    type: 'limit.size',
    message: expect.stringMatching(/"dump" returned 4\.8 MiB, and 1\.0 MiB is the most/),
    retryable: false,
  })
  expect(await host.perform('small', request())).toBe('fine')
})

import { expect, test } from 'vitest'
import type { Failure } from '../../engine/failure.ts'
import { ActivityError } from '../../engine/worker/activity.ts'
import { failureOf, hostOf, request } from '../support/activity-host.ts'

test.for<[string, () => unknown, Partial<Failure>]>([
  ['a text', () => thrown('no more'), { type: 'activity.failed', message: 'no more', retryable: true }],
  [
    'nothing',
    () => thrown(undefined),
    { type: 'activity.failed', message: 'The activity failed without saying why' },
  ],
  ['null', () => thrown(null), { type: 'activity.failed', message: 'null' }],
  ['an object', () => thrown({ status: 5 }), { type: 'activity.failed', message: '{"status":5}' }],
  [
    'an error',
    () => thrown(new TypeError('bad')),
    { type: 'activity.failed', message: 'bad', retryable: true },
  ],
  [
    'an error with a cause',
    () => thrown(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    { message: 'fetch failed: connect ECONNREFUSED' },
  ],
  [
    'an ActivityError',
    () => thrown(new ActivityError('payment.declined', 'No', { data: { code: 51 }, retryable: false })),
    { type: 'payment.declined', message: 'No', data: { code: 51 }, retryable: false },
  ],
  [
    'something of the same shape',
    () => thrown(Object.assign(new Error('No'), { name: 'ActivityError', type: 'payment.declined' })),
    { type: 'payment.declined', message: 'No', retryable: true },
  ],
  [
    'data that is not JSON',
    () => thrown({ type: 'x.y', message: 'No', data: 1n }),
    { data: { omitted: 'not JSON' } },
  ],
  ['a rejection', () => Promise.reject(new Error('later')), { type: 'activity.failed', message: 'later' }],
  ['an endless message', () => thrown('x'.repeat(10_000)), { message: `${'x'.repeat(3_999)}…` }],
])('a handler that throws %s fails with what it says', async ([, run, expected]) => {
  expect(await failureOf(hostOf({ run }).perform('run', request()))).toMatchObject(expected)
})

function thrown(what: unknown): never {
  throw what
}

test('what is thrown at the SDK carries no stack', async () => {
  const call = hostOf({ run: () => thrown(new Error('bad')) }).perform('run', request())
  const failure = { type: 'activity.failed', message: 'bad', retryable: true }
  await expect(call).rejects.toHaveProperty('stack', JSON.stringify(failure))
})

test('a secret that is cut off at the end of a long message is not half told', async () => {
  const host = hostOf({
    charge: (key: string) => {
      throw new Error(`${'x'.repeat(3_996)}${key}`)
    },
  })
  const call = host.perform('charge', request({ input: { $secret: 'API_KEY' }, secrets: ['API_KEY'] }))
  expect((await failureOf(call)).message).toBe(`${'x'.repeat(3_996)}***`)
})

import { expect, onTestFinished, test, vi } from 'vitest'
import type { Json } from '../../engine/json.ts'
import type { ActivityContext } from '../../engine/worker/activity.ts'
import { Secrets } from '../../engine/worker/secrets.ts'
import { failureOf, hostOf, type Line, logInto, request, untilAborted } from '../support/activity-host.ts'

test('a handler gets its input and knows the call it serves', async () => {
  const host = hostOf({
    charge: (input, { runId, workflow, path, attempt, idempotencyKey }) => ({
      input,
      runId,
      workflow,
      path,
      attempt,
      idempotencyKey,
    }),
  })
  expect(await host.perform('charge', request({ input: { sum: 3 }, attempt: 2 }))).toEqual({
    input: { sum: 3 },
    runId: 'run-1',
    workflow: 'order',
    path: 'charge',
    attempt: 2,
    idempotencyKey: 'key',
  })
})

test('what a handler is told is whole when the handler copies it', async () => {
  const host = hostOf({
    copies: (_: Json, context: ActivityContext) => Object.keys({ ...context }).toSorted(),
  })
  expect(await host.perform('copies', request())).toEqual([
    'attempt',
    'idempotencyKey',
    'log',
    'path',
    'progress',
    'runId',
    'signal',
    'workflow',
  ])
})

test('nothing returned is null', async () => {
  expect(await hostOf({ quiet: () => undefined }).perform('quiet', request())).toBeNull()
})

test('an activity that is not registered is unknown, and no retry helps', async () => {
  const host = hostOf({ 'card.charge': () => 1 })
  expect(await failureOf(host.perform('card.chrage', request()))).toEqual({
    type: 'activity.unknown',
    message: 'Activity "card.chrage" is not registered. Did you mean "card.charge"?',
    retryable: false,
  })
  expect((await failureOf(host.perform('constructor', request()))).type).toBe('activity.unknown')
})

test('the input is checked, and completed, by the schema of the activity', async () => {
  const input = {
    type: 'object',
    required: ['sum'],
    properties: { sum: { type: 'number' }, currency: { type: 'string', default: 'EUR' } },
  } as const
  const host = hostOf({ charge: { run: (given: Json) => given, input } })
  expect(await host.perform('charge', request({ input: { sum: 3 } }))).toEqual({ sum: 3, currency: 'EUR' })
  expect(await failureOf(host.perform('charge', request({ input: { sum: '3' } })))).toEqual({
    type: 'activity.invalidInput',
    message: 'The input of activity "charge" does not fit: "/sum" must be number',
    data: [{ path: '/sum', message: 'must be number' }],
    retryable: false,
  })
})

test('the output is checked by the schema of the activity', async () => {
  const host = hostOf({ count: { run: () => 'three', output: { type: 'integer' } } })
  expect(await failureOf(host.perform('count', request()))).toMatchObject({
    type: 'activity.invalidOutput',
    message: 'What activity "count" returned does not fit: must be integer',
    retryable: false,
  })
})

test('"keep" takes what is wanted before the size counts', async () => {
  const host = hostOf({ dump: () => ({ total: 3, rows: 'x'.repeat(2_000_000) }) })
  expect(await host.perform('dump', request({ keep: '{ "sum": total }' }))).toEqual({ sum: 3 })
})

test('a call that takes longer than it may is aborted and fails with "timeout"', async () => {
  let reason: unknown
  const host = hostOf({
    slow: (input, context) => {
      context.signal.addEventListener('abort', () => (reason = context.signal.reason))
      return untilAborted(input, context)
    },
  })
  expect(await failureOf(host.perform('slow', request({ timeoutMs: 5 })))).toEqual({
    type: 'timeout',
    message: 'Activity "slow" did not end within 0.005 s',
    retryable: true,
  })
  expect(reason).toMatchObject({ name: 'AbortError' })
})

test('a handler that does not listen to its signal is not waited for', async () => {
  const host = hostOf({ deaf: () => new Promise(() => {}) })
  expect((await failureOf(host.perform('deaf', request({ timeoutMs: 5 })))).type).toBe('timeout')
  expect(host.running.count).toBe(0)
})

test('a call that was abandoned is aborted, and its neighbours go on', async () => {
  const host = hostOf({ slow: untilAborted })
  const abandoned = host.perform('slow', request({ path: 'race/a' }))
  const other = host.perform('slow', request({ path: 'race/b' }))
  await vi.waitFor(() => expect(host.running.count).toBe(2), { interval: 1 })
  expect(host.abort('run-1', ({ path }) => path === 'race/a')).toBe(1)
  expect((await failureOf(abandoned)).type).toBe('cancelled')
  expect(host.running.all().map(({ path }) => path)).toEqual(['race/b'])
  expect(host.abort('run-1')).toBe(1)
  await failureOf(other)
})

test('no more handlers run at a time than may', async () => {
  let running = 0
  let most = 0
  const host = hostOf(
    {
      work: async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        running -= 1
      },
    },
    { concurrency: 3 },
  )
  await Promise.all(Array.from({ length: 20 }, () => host.perform('work', request())))
  expect(most).toBe(3)
})

test('a host that stops lets handlers end, keeps what they return, and asks for the rest again', async () => {
  const begun: string[] = []
  const ending = Promise.withResolvers<string>()
  const host = hostOf(
    {
      slow: (input, context) => (begun.push('slow'), untilAborted(input, context)),
      careful: () => (begun.push('careful'), ending.promise),
    },
    { concurrency: 2 },
  )
  const calls = ['slow', 'careful', 'slow'].map((name) => host.perform(name, request()))
  await vi.waitFor(() => expect(begun).toEqual(['slow', 'careful']), { interval: 1 })
  const stopped = host.stop(10_000)
  ending.resolve('written')
  await stopped
  expect(await Promise.all(calls)).toEqual([undefined, 'written', undefined])
  expect(await host.perform('careful', request())).toBeUndefined()
  expect(begun).toHaveLength(2)
})

test('a host that stops waits for a deaf handler no longer than it may', async () => {
  const begun = Promise.withResolvers<void>()
  const host = hostOf({ deaf: () => (begun.resolve(), new Promise(() => {})) })
  void host.perform('deaf', request())
  await begun.promise
  await host.stop(5)
  expect(host.running.count).toBe(1)
})

test('progress reaches the run at once, then at most once a second, the last line last', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const raised: Json[] = []
  const ending = Promise.withResolvers<void>()
  const host = hostOf(
    {
      work: async (_, { progress }) => {
        for (const line of ['1', '2', '3']) progress(line)
        await ending.promise
        progress('too late')
      },
    },
    { raise: async (_id, _event, data) => void raised.push(data) },
  )
  const call = host.perform('work', request())
  await vi.advanceTimersByTimeAsync(999)
  expect(raised).toEqual([{ path: 'charge', message: '1' }])
  await vi.advanceTimersByTimeAsync(1)
  expect(raised).toEqual([expect.anything(), { path: 'charge', message: '3' }])
  ending.resolve()
  await call
  await vi.advanceTimersByTimeAsync(5_000)
  expect(raised).toHaveLength(2)
})

test('a run that does not hear of progress is no reason to fail', async () => {
  const host = hostOf(
    { work: (_, { progress }) => progress('1') },
    { raise: () => Promise.reject(new Error('gone')) },
  )
  expect(await host.perform('work', request())).toBeNull()
})

test('a log line names its call', async () => {
  const lines: Line[] = []
  const host = hostOf({ work: (_, { log }) => log.info('Charged', { sum: 3 }) }, { log: logInto(lines) })
  await host.perform('work', request())
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'Charged',
      data: { activity: 'work', runId: 'run-1', path: 'charge', attempt: 1, data: { sum: 3 } },
    },
  ])
})

test('a call whose host stops while it is made ready is not begun', async () => {
  const env = {
    get API_KEY(): string {
      void host.stop(0)
      return 'k-12345'
    },
  }
  const host = hostOf({ charge: () => 'charged' }, { secrets: new Secrets(env) })
  const call = host.perform('charge', request({ input: { $secret: 'API_KEY' }, secrets: ['API_KEY'] }))
  expect(await call).toBeUndefined()
})

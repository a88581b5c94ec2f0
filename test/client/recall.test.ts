import { InterceptingCall, type Interceptor } from '@grpc/grpc-js'
import { OrchestrationState, OrchestrationStatus } from '@microsoft/durabletask-js'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ClientConnection } from '../../engine/client/hub-calls.ts'
import { describe } from '../../engine/client/describe.ts'
import { openClient } from '../../engine/client/open-client.ts'
import { Recall } from '../../engine/client/recall.ts'
import { clientOf, once, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const asking = compiled(`
name: asking
steps:
  - id: name
    ask: { prompt: Who?, timeout: 1h }
  - wait: 1h
`)

const long = 'x'.repeat(5000)

/** The same hub, with a note of every instance that is read, and whether whole. */
function watched(hub: ClientConnection): {
  readonly connection: ClientConnection
  readonly reads: boolean[]
} {
  const reads: boolean[] = []
  const note: Interceptor = (options, next) =>
    new InterceptingCall(next(options), {
      sendMessage: (message: { getGetinputsandoutputs?: () => boolean }, pass) => {
        if (options.method_definition.path.endsWith('/GetInstance'))
          reads.push(message.getGetinputsandoutputs?.() ?? false)
        pass(message)
      },
    })
  const connection: ClientConnection = {
    description: hub.description,
    clientOptions: async () => {
      const options = await hub.clientOptions()
      const { interceptors = [], ...rest } = options.options ?? {}
      return { ...options, options: { ...rest, interceptors: [note, ...interceptors] } }
    },
  }
  return { connection, reads }
}

test('a long run that is asked for again is not read again, and what another client changes is seen at once', async () => {
  const hub = await hubForTest()
  const { connection, reads } = watched(hub)
  const client = await openClient(connection)
  onTestFinished(() => client.close())
  const other = await clientOf(hub)
  await workerOf(hub)
  const { id } = await other.start(asking, { long })
  await once(other, id, ({ status }) => status === 'waiting')

  await vi.waitUntil(
    async () => {
      reads.splice(0)
      expect(await client.get(id)).toMatchObject({ status: 'waiting', input: { long } })
      return !reads.includes(true)
    },
    { interval: 5 },
  )
  expect(reads).toEqual([false])

  await other.answer(id, 'name', 'Ann')
  await once(other, id, ({ status }) => status === 'running')
  expect(await client.get(id)).toEqual(await other.get(id))

  await other.cancel(id)
  await other.wait(id)
  expect(await client.get(id)).toMatchObject({ status: 'cancelled' })
  await other.purge(id)
  expect(await client.get(id)).toBeUndefined()
})

test('a short run is read as it is, in one call', async () => {
  const hub = await hubForTest()
  const { connection, reads } = watched(hub)
  const client = await openClient(connection)
  onTestFinished(() => client.close())
  const { id } = await client.start(asking, {})
  reads.splice(0)
  for (let count = 0; count < 3; count += 1) await client.get(id)
  expect(reads).toEqual([true, true, true])
})

const day = new Date('2026-01-01')

function stateOf(id: string, updatedAt: Date, input: string): OrchestrationState {
  const start = JSON.stringify({ input })
  return new OrchestrationState(id, 'w', OrchestrationStatus.RUNNING, day, updatedAt, start)
}

test('what may have changed again within the millisecond of its last change is not relied on', () => {
  const recall = new Recall()
  const state = stateOf('r', day, long)
  const run = describe(state)
  const first = performance.now()
  recall.keep(state, run, first)
  expect(recall.unchanged(state)).toBeUndefined()
  recall.keep(state, run, performance.now() + 20)
  expect(recall.unchanged(state)).toBe(run)
  const later = stateOf('r', new Date(day.getTime() + 1), long)
  expect(recall.unchanged(later)).toBeUndefined()
})

test('no more is remembered than a bounded number of characters, and what was used last stays', () => {
  const recall = new Recall()
  const mebi = 'x'.repeat(1024 * 1024)
  for (let n = 0; n < 40; n += 1) {
    const state = stateOf(`r${n}`, day, mebi)
    recall.keep(state, describe(state), performance.now())
    recall.keep(state, describe(state), performance.now() + 20)
    const oldest = stateOf('r0', day, mebi)
    expect(recall.unchanged(oldest)?.id).toBe('r0')
  }
  const known = Array.from({ length: 40 }, (_, n) => n).filter((n) => recall.has(`r${n}`))
  expect(known).toEqual([0, ...Array.from({ length: 30 }, (_, n) => n + 10)])
})

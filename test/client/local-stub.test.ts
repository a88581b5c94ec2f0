import { terminateOptions, type TaskHubGrpcClient } from '@microsoft/durabletask-js'
import { expect, onTestFinished, test } from 'vitest'
import { type ClientConnection, type HubCalls, openHubCalls } from '../../engine/client/hub-calls.ts'
import { localStub } from '../../engine/client/local-stub.ts'
import { hubForTest } from '../support/hub.ts'

async function callsOver(connection: ClientConnection): Promise<HubCalls> {
  const calls = await openHubCalls(connection)
  onTestFinished(() => calls.close())
  return calls
}

const asked: readonly ((sdk: TaskHubGrpcClient) => Promise<unknown>)[] = [
  (sdk) => sdk.scheduleNewOrchestration('one', { n: 1 }, { instanceId: 'a', tags: { by: 'me' } }),
  (sdk) => sdk.scheduleNewOrchestration('one', { n: 1 }, { instanceId: 'a' }),
  (sdk) => sdk.scheduleNewOrchestration('', null),
  (sdk) => sdk.getOrchestrationState('a', true),
  (sdk) => sdk.getOrchestrationState('nobody'),
  (sdk) => sdk.waitForOrchestrationCompletion('nobody', true, 10),
  (sdk) => sdk.raiseOrchestrationEvent('nobody', 'paid', 1),
  (sdk) => sdk.terminateOrchestration('a', terminateOptions({ output: 'enough' })),
  (sdk) => sdk.waitForOrchestrationCompletion('a', true, 10),
  (sdk) => sdk.purgeOrchestration('a'),
  async (sdk) => (await sdk.getAllInstances({}).asPages()[Symbol.asyncIterator]().next()).value,
  (sdk) => sdk.getOrchestrationHistory('a'),
]

/** What every call came to, without what differs from hub to hub. */
async function answers(calls: HubCalls): Promise<string[]> {
  const all: string[] = []
  for (const ask of asked) {
    const answer = await calls(ask).catch((error: unknown) => ({
      ...(error instanceof Error && 'code' in error && { code: error.code }),
      ...(error instanceof Error && 'details' in error && { details: error.details }),
      ...(error instanceof Error && !('code' in error) && { message: error.message }),
    }))
    all.push(
      (JSON.stringify(answer) ?? 'nothing').replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"|"[0-9a-f]{32}"/g, '"…"'),
    )
  }
  return all
}

test('a hub in this process answers, and refuses, without gRPC as it does over it', async () => {
  const { methods, ...overGrpc } = await hubForTest()
  expect(methods).toBeDefined()
  const local = await answers(await callsOver(await hubForTest()))
  expect(local.filter((answer) => answer.includes('"code"'))).toHaveLength(4)
  expect(local).toEqual(await answers(await callsOver(overGrpc)))
})

test('a call to a hub in this process ends when it is given up, and the hub hears of it', async () => {
  const hub = await hubForTest()
  const calls = await callsOver(hub)
  await calls((sdk) => sdk.scheduleNewOrchestration('one', null, { instanceId: 'a' }))
  const leaving = new AbortController()
  const waiting = calls((sdk) => sdk.waitForOrchestrationCompletion('a', true, 60), leaving.signal)
  leaving.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('what is performed is told when its caller goes; a caller that is gone already is not served', () => {
  const seen: string[] = []
  const leaving = new AbortController()
  const methods = {
    wait: (_: object, signal: () => AbortSignal): Promise<object> => {
      seen.push('served')
      signal().addEventListener('abort', () => seen.push('gone'))
      return new Promise(() => {})
    },
  }
  const stub = localStub({}, methods, () => leaving.signal)
  const call: unknown = Reflect.get(stub, 'wait')
  if (typeof call !== 'function') throw new TypeError('no such method')
  const ask = (): void =>
    void Reflect.apply(call, stub, [{}, {}, (error: unknown) => seen.push(String(error))])
  ask()
  leaving.abort()
  ask()
  expect(seen).toEqual(['served', 'Error: The call was given up', 'gone', 'Error: The call was given up'])
})

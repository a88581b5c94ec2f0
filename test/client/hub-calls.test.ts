import { createRequire } from 'node:module'
import { Metadata, Server, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openHubCalls } from '../../engine/client/hub-calls.ts'
import { openClient } from '../../engine/client/open-client.ts'
import type { ClientConnection } from '../../engine/client/hub-calls.ts'

const { TaskHubSidecarServiceService: service } = createRequire(import.meta.url)(
  '@microsoft/durabletask-js/dist/proto/orchestrator_service_grpc_pb.js',
)

/** A hub that never answers the calls it is asked to keep silent about. */
async function silentHub(): Promise<{ readonly connection: ClientConnection; readonly open: Set<unknown> }> {
  const open = new Set<unknown>()
  const silence: handleUnaryCall<unknown, unknown> = (call) => {
    open.add(call)
    call.on('cancelled', () => open.delete(call))
  }
  const server = new Server()
  server.addService(service, { waitForInstanceCompletion: silence, getInstance: silence })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  onTestFinished(() => server.forceShutdown())
  return { connection: connectionTo(port), open }
}

function connectionTo(port: number): ClientConnection {
  return {
    description: 'a hub for tests',
    clientOptions: async () => ({
      hostAddress: `127.0.0.1:${port}`,
      metadataGenerator: async () => new Metadata(),
    }),
  }
}

test('a call that is given up is closed on the hub too', async () => {
  const { connection, open } = await silentHub()
  const hub = await openHubCalls(connection)
  onTestFinished(() => hub.close())
  const leaving = new AbortController()
  const call = hub((sdk) => sdk.waitForOrchestrationCompletion('r', true, 60), leaving.signal)
  await vi.waitFor(() => expect(open.size).toBe(1), { interval: 2 })
  leaving.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await vi.waitFor(() => expect(open.size).toBe(0), { interval: 2 })
})

test('a call whose signal aborts before it starts is closed as well', async () => {
  const { connection, open } = await silentHub()
  const hub = await openHubCalls(connection)
  onTestFinished(() => hub.close())
  const leaving = new AbortController()
  const call = hub((sdk) => sdk.getOrchestrationState('r'), leaving.signal)
  leaving.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await vi.waitFor(() => expect(open.size).toBe(0), { interval: 2 })
})

test('a call without a signal is not given up with the call it was made in', async () => {
  const { connection, open } = await silentHub()
  const hub = await openHubCalls(connection)
  onTestFinished(() => hub.close())
  const leaving = new AbortController()
  const outer = hub(async (sdk) => {
    hub((inner) => inner.getOrchestrationState('inner')).catch(() => {})
    return sdk.getOrchestrationState('outer')
  }, leaving.signal)
  await vi.waitFor(() => expect(open.size).toBe(2), { interval: 2 })
  leaving.abort(new Error('enough'))
  await expect(outer).rejects.toThrow('enough')
  await vi.waitFor(() => expect(open.size).toBe(1), { interval: 2 })
})

test('a hub that is not there is unavailable, in a sentence that names it', async () => {
  const client = await openClient(connectionTo(1))
  onTestFinished(() => client.close())
  await expect(client.get('r')).rejects.toMatchObject({
    code: 'hub.unavailable',
    message: expect.stringMatching(/^The hub \(a hub for tests\) cannot be reached: /),
  })
})

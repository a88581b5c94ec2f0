import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NoOpLogger, TaskHubGrpcClient, TaskHubGrpcWorker } from '@microsoft/durabletask-js'
import { expect, onTestFinished, test } from 'vitest'
import { connectHub } from '../../engine/hub/connect.ts'
import type { HubConnection } from '../../engine/hub/connection.ts'
import { type EmbeddedHub, openEmbeddedHub } from '../../engine/hub/embedded.ts'

const logger = new NoOpLogger()

async function hubForTest(): Promise<EmbeddedHub> {
  const dataDir = mkdtempSync(join(tmpdir(), 'longhaul-hub-'))
  const hub = await openEmbeddedHub({ dataDir: join(dataDir, 'deep', 'down') })
  onTestFinished(async () => {
    await hub.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return hub
}

async function clientOf(connection: HubConnection): Promise<TaskHubGrpcClient> {
  const client = new TaskHubGrpcClient({ ...(await connection.clientOptions()), logger })
  onTestFinished(() => void client.stop())
  return client
}

async function workerOf(connection: HubConnection): Promise<TaskHubGrpcWorker> {
  const worker = new TaskHubGrpcWorker({
    ...(await connection.workerOptions()),
    logger,
    shutdownTimeoutMs: 100,
  })
  worker.addNamedOrchestrator('double', async (_, input: number) => input * 2)
  await worker.start()
  onTestFinished(() => void worker.stop())
  return worker
}

test('a client and a worker meet, one within the process and one over the wire', async () => {
  const hub = await hubForTest()
  const port = await hub.listen('127.0.0.1:0')
  const elsewhere = await connectHub(`Endpoint=http://127.0.0.1:${port};Authentication=None;TaskHub=default`)
  await workerOf(elsewhere)
  const client = await clientOf(hub)
  const id = await client.scheduleNewOrchestration('double', 21)

  expect((await client.waitForOrchestrationCompletion(id, true, 20))?.serializedOutput).toBe('42')
})

test('a worker that was there before its hub begins when the hub comes', async () => {
  const first = await hubForTest()
  const port = await first.listen('127.0.0.1:0')
  await first.close()
  const address = `Endpoint=http://127.0.0.1:${port};Authentication=None;TaskHub=default`
  await workerOf(await connectHub(address))
  const hub = await hubForTest()
  await hub.listen(`127.0.0.1:${port}`)
  const client = await clientOf(hub)
  const id = await client.scheduleNewOrchestration('double', 2)

  expect((await client.waitForOrchestrationCompletion(id, true, 20))?.serializedOutput).toBe('4')
})

test('a worker whose hub goes away joins it again when it is back', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longhaul-hub-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const first = await openEmbeddedHub({ dataDir })
  const port = await first.listen('127.0.0.1:0')
  await workerOf(await connectHub(`Endpoint=http://127.0.0.1:${port};Authentication=None;TaskHub=default`))
  const before = await clientOf(first)
  await before.scheduleNewOrchestration('double', 1, 'before')
  await before.waitForOrchestrationCompletion('before', true, 20)
  await first.close()
  const second = await openEmbeddedHub({ dataDir })
  onTestFinished(() => second.close())
  await second.listen(`127.0.0.1:${port}`)
  const client = await clientOf(second)
  await client.scheduleNewOrchestration('double', 2, 'after')

  expect((await client.waitForOrchestrationCompletion('after', true, 20))?.serializedOutput).toBe('4')
  expect((await client.getOrchestrationState('before'))?.serializedOutput).toBe('2')
})

test('every call names its hub and who calls', async () => {
  const connection = await connectHub('Endpoint=http://localhost:1;Authentication=None;TaskHub=orders')
  const [client, worker] = [await connection.clientOptions(), await connection.workerOptions()]
  const [asClient, asWorker] = [await client.metadataGenerator?.(), await worker.metadataGenerator?.()]

  expect(asClient?.getMap()).toEqual({
    taskhub: 'orders',
    'x-user-agent': 'durabletask-js/0.4.0 (DurableTaskClient)',
  })
  expect(asWorker?.getMap()).toMatchObject({
    taskhub: 'orders',
    'x-user-agent': 'durabletask-js/0.4.0 (DurableTaskWorker)',
    workerid: expect.stringMatching(new RegExp(`,${process.pid},`)),
  })
  expect([asClient?.getOptions().waitForReady, asWorker?.getOptions().waitForReady]).toEqual([false, true])
  expect(connection.description).toBe('task hub "orders" at localhost:1')
})

test.for([
  ['Endpoint=https://orders.durabletask.io;Authentication=None;TaskHub=orders', 1_000_000],
  ['Endpoint=http://localhost:8080;Authentication=None;TaskHub=default', undefined],
] as const)('the hub at %s takes %s bytes in one message', async ([hub, messageBytes]) => {
  expect((await connectHub(hub)).messageBytes).toBe(messageBytes)
})

test('an address that is taken is said to be', async () => {
  const hub = await hubForTest()
  const port = await hub.listen('127.0.0.1:0')

  await expect(hub.listen(`127.0.0.1:${port}`)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(`The hub cannot listen at "127.0.0.1:${port}"`),
  })
})

test('the description says where an embedded hub is', async () => {
  expect((await hubForTest()).description).toMatch(/^embedded, in .*down\/hub\.db$/)
})

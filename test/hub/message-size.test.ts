import { NoOpLogger, TaskHubGrpcClient, TaskHubGrpcWorker } from '@microsoft/durabletask-js'
import { expect, onTestFinished, test } from 'vitest'
import { connectHub } from '../../engine/hub/connect.ts'
import { longhaul, temporaryFolder } from '../support/process.ts'

test("what is too large for other SDKs' workers is refused when the hub is told so, and nothing else suffers", async () => {
  const cwd = temporaryFolder()
  const hub = longhaul(['hub', '--listen', '127.0.0.1:0', '--max-message', '3'], { cwd })
  const [, connection = ''] = await hub.says(/--hub "([^"]+)"/)
  const logger = new NoOpLogger()
  const [, hostAddress = ''] = /http:\/\/([^;]+)/.exec(connection) ?? []
  // As it comes: it takes 4 MiB at a time.
  const worker = new TaskHubGrpcWorker({ hostAddress, logger, shutdownTimeoutMs: 100 })
  worker.addNamedOrchestrator('length', async (_, text: string) => text.length)
  worker.addNamedOrchestrator('grow', async () => 'x'.repeat(3.5 * 1024 * 1024))
  await worker.start()
  onTestFinished(() => void worker.stop())
  const ours = await connectHub(connection)
  const client = new TaskHubGrpcClient({ ...(await ours.clientOptions()), logger })
  onTestFinished(() => void client.stop())
  const ended = async (id: string): Promise<string | undefined> => {
    const state = await client.waitForOrchestrationCompletion(id, true, 20)
    return state?.serializedOutput ?? state?.failureDetails?.message
  }
  for (const size of [5, 3.1])
    await expect(
      client.scheduleNewOrchestration('length', 'x'.repeat(size * 1024 * 1024)),
    ).rejects.toMatchObject({
      code: 8,
      details: expect.stringMatching(/the hub takes 3145728; keep large data elsewhere/),
    })

  expect(await ended(await client.scheduleNewOrchestration('length', 'x'.repeat(2.9 * 1024 * 1024)))).toBe(
    '3040870',
  )
  expect(await ended(await client.scheduleNewOrchestration('grow'))).toMatch(
    /answer to the turn measures .* the hub takes 3145728/,
  )
})

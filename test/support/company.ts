import { onTestFinished } from 'vitest'
import type { RunClient } from '../../engine/client/client.ts'
import { type ClientOptions, openClient } from '../../engine/client/open-client.ts'
import type { EmbeddedHub } from '../../engine/hub/embedded.ts'
import type { Run } from '../../engine/run.ts'
import { openWorker, type Worker, type WorkerOptions } from '../../engine/worker/open-worker.ts'

/** A client that is closed when the test has ended. */
export async function clientOf(hub: EmbeddedHub, options?: ClientOptions): Promise<RunClient> {
  const client = await openClient(hub, options)
  onTestFinished(() => client.close())
  return client
}

/** A worker that is stopped when the test has ended. */
export async function workerOf(hub: EmbeddedHub, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const client = await clientOf(hub)
  const worker = await openWorker(hub, { activities: {}, definitions: () => [], client, ...options })
  onTestFinished(() => worker.stop({ graceMs: 0 }))
  return worker
}

/** The run once it looks as wanted. */
export async function once(client: RunClient, id: string, wanted: (run: Run) => boolean): Promise<Run> {
  for await (const run of client.watch(id)) if (wanted(run)) return run
  throw new Error('the run ended without looking as wanted')
}

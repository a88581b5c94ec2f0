import {
  type ActivityContext,
  NoOpLogger,
  type OrchestrationContext,
  TaskHubGrpcClient,
  TaskHubGrpcWorker,
  whenAll,
} from '@microsoft/durabletask-js'
import { openEmbeddedHub } from '../../engine/hub/embedded.ts'
import type { Contestant } from '../contestant.ts'

/** Orchestrators written by hand, on our own hub, with the worker as the SDK ships it. */
export async function openOrchestrators(folder: string): Promise<Contestant> {
  const hub = await openEmbeddedHub({ dataDir: folder })
  const logger = new NoOpLogger()
  const worker = new TaskHubGrpcWorker({ ...(await hub.workerOptions()), logger })
  worker.addNamedActivity('inc', async (_: ActivityContext, n: number) => n + 1)
  worker.addNamedOrchestrator('sequence', sequence)
  worker.addNamedOrchestrator('fan', fan)
  await worker.start()
  const client = new TaskHubGrpcClient({ ...(await hub.clientOptions()), logger })
  const run = async (name: string, input: Input): Promise<unknown> => {
    const id = await client.scheduleNewOrchestration(name, input)
    const state = await client.waitForOrchestrationCompletion(id, true, 600)
    return JSON.parse(state?.serializedOutput ?? 'null')
  }
  return {
    sequence: (steps, from) => run('sequence', { steps, from }),
    loop: (passes) => run('sequence', { steps: passes, from: 0 }),
    fan: (steps) => run('fan', { steps, from: 0 }),
    stop: async () => {
      await worker.stop()
      await client.stop()
      await hub.close()
    },
  }
}

interface Input {
  readonly steps: number
  readonly from: number
}

async function* sequence(
  context: OrchestrationContext,
  { steps, from }: Input,
): AsyncGenerator<unknown, number, number> {
  let n = from
  for (let at = 0; at < steps; at += 1) n = yield context.callActivity('inc', n)
  return n
}

async function* fan(
  context: OrchestrationContext,
  { steps }: Input,
): AsyncGenerator<unknown, number, readonly number[]> {
  const all = Array.from({ length: steps }, (_, at) => context.callActivity<number, number>('inc', at))
  return (yield whenAll(all)).length
}

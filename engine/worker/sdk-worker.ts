import {
  type ActivityContext,
  NoOpLogger,
  TaskHubGrpcWorker,
  type TaskHubGrpcWorkerOptions,
  type TOrchestrator,
} from '@microsoft/durabletask-js'

/** What runs when a hub hands out work. */
export interface Duties {
  readonly orchestrator: TOrchestrator
  activity(name: string, input: unknown): Promise<unknown>
}

/**
 * The SDK's worker, with one orchestrator and one activity for every name there is.
 *
 * The SDK looks each name up among those registered before it started, in plain objects, so that a definition loaded
 * later, a run of a definition that is gone and a name such as `constructor` would all be lost. Its look-up is
 * replaced here, and nowhere else is anything of it touched; `test/worker/sdk-worker.test.ts` guards the seam for the
 * pinned version.
 */
export function sdkWorker(options: TaskHubGrpcWorkerOptions, duties: Duties): TaskHubGrpcWorker {
  const worker = new TaskHubGrpcWorker({ ...options, logger: options.logger ?? new NoOpLogger() })
  const registry: unknown = Reflect.get(worker, '_registry')
  if (!isLookUp(registry))
    throw new TypeError(
      'This version of @microsoft/durabletask-js keeps its registry elsewhere; 0.4.0 is known',
    )
  registry.getOrchestrator = () => duties.orchestrator
  registry.getActivity = (name) => (_: ActivityContext, input: unknown) => duties.activity(name, input)
  return worker
}

interface LookUp {
  getOrchestrator(name: string | undefined): TOrchestrator
  getActivity(name: string): (context: ActivityContext, input: unknown) => Promise<unknown>
}

function isLookUp(registry: unknown): registry is LookUp {
  return (
    typeof registry === 'object' &&
    registry !== null &&
    'getOrchestrator' in registry &&
    typeof registry.getOrchestrator === 'function' &&
    'getActivity' in registry &&
    typeof registry.getActivity === 'function'
  )
}

import {
  type ActivityContext,
  NoOpLogger,
  TaskHubGrpcWorker,
  type TaskHubGrpcWorkerOptions,
  type TOrchestrator,
} from '@microsoft/durabletask-js'
import type { TaskHubSidecarServiceClient } from '@microsoft/durabletask-js/dist/proto/orchestrator_service_grpc_pb.js'
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import tracing from '@microsoft/durabletask-js/dist/tracing/trace-context-utils.js'
import grpc from '@microsoft/durabletask-js/dist/utils/grpc-helper.util.js'
import values from '@microsoft/durabletask-js/dist/utils/pb-helper.util.js'
import { LiveRuns, type LookUp, type Told } from './live-runs.ts'
import { inBrief } from './news.ts'

/** What runs when a hub hands out work. */
export interface Duties {
  readonly orchestrator: TOrchestrator
  activity(name: string, input: unknown): Promise<unknown>
}

/**
 * The SDK's worker, with one orchestrator and one activity for every name there is, and with interpreters that stay
 * alive between turns: at most `liveRuns` of them.
 *
 * The SDK looks each name up among those registered before it started, in plain objects, so that a definition loaded
 * later, a run of a definition that is gone and a name such as `constructor` would all be lost; and it replays the whole
 * history in every turn. Its look-up and its turns are replaced here, and nowhere else is anything of it touched;
 * `test/worker/sdk-worker.test.ts` guards the seams for the pinned version.
 */
export function sdkWorker(
  options: TaskHubGrpcWorkerOptions,
  duties: Duties,
  liveRuns: number,
): TaskHubGrpcWorker {
  const { logger = new NoOpLogger(), metadataGenerator } = options
  const worker = new TaskHubGrpcWorker({ ...options, logger })
  const registry: unknown = Reflect.get(worker, '_registry')
  if (!isRegistry(registry)) throw unknownVersion('keeps its registry')
  registry.getOrchestrator = () => duties.orchestrator
  registry.getActivity = (name) => (_: ActivityContext, input: unknown) => duties.activity(name, input)
  if (liveRuns === 0) return worker

  const replayed: unknown = Reflect.get(worker, turnMethod)
  if (typeof replayed !== 'function') throw unknownVersion('takes turns')
  const live = new LiveRuns(registry, logger, liveRuns)
  const takeLive: TakeTurn = (request, token, stub) =>
    live.take(toldBy(request), ({ actions, customStatus }) => {
      const response = new stubs.OrchestratorResponse()
      response.setInstanceid(request.getInstanceid())
      response.setCompletiontoken(token)
      response.setActionsList(actions)
      response.setCustomstatus(values.getStringValue(customStatus))
      return grpc.callWithMetadata(stub.completeOrchestratorTask.bind(stub), response, metadataGenerator)
    })
  const take: TakeTurn = (request, token, stub) =>
    isTraced() ? Reflect.apply(replayed, worker, [request, token, stub]) : takeLive(request, token, stub)
  Reflect.set(worker, turnMethod, take)
  return worker
}

function toldBy(request: pb.OrchestratorRequest): Told {
  const past = request.getPasteventsList()
  return {
    id: request.getInstanceid(),
    generation: request.getExecutionid()?.getValue(),
    pastLength: past.length,
    past: () => past,
    delivered: request.getNeweventsList().map(inBrief),
  }
}

const turnMethod = '_executeOrchestratorInternal'

type TakeTurn = (
  request: pb.OrchestratorRequest,
  token: string,
  stub: TaskHubSidecarServiceClient,
) => Promise<void>

/** Traces are left to the SDK: they need the whole history. */
export function isTraced(): boolean {
  return tracing.getOtelApi() !== undefined
}

function unknownVersion(what: string): TypeError {
  return new TypeError(`This version of @microsoft/durabletask-js ${what} elsewhere; 0.4.0 is known`)
}

interface Registry extends LookUp {
  getActivity(name: string): (context: ActivityContext, input: unknown) => Promise<unknown>
}

function isRegistry(registry: unknown): registry is Registry {
  return (
    typeof registry === 'object' &&
    registry !== null &&
    'getOrchestrator' in registry &&
    typeof registry.getOrchestrator === 'function' &&
    'getActivity' in registry &&
    typeof registry.getActivity === 'function'
  )
}

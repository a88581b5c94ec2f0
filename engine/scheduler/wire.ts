import type { MethodDefinition } from '@grpc/grpc-js'
import grpcStubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_grpc_pb.js'
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import { statusAt } from './event.ts'
import { hasEnded, type Status } from './instance.ts'
import { type Place, placeIn } from './listing.ts'
import { present } from '../present.ts'
import type { Requests } from './request.ts'
import { actionOf } from './wire-action.ts'
import { callOf, instantOf } from './wire-value.ts'

// Turns what the SDK's generated stubs say into records of our own. Beside it only message.ts knows the stubs.

/** A method of the service as gRPC describes it. */
export type ServiceMethod = Readonly<MethodDefinition<object, object>>

/** The methods of `TaskHubSidecarService`, by name. */
export const serviceMethods: Readonly<Record<string, ServiceMethod>> = {
  ...grpcStubs.TaskHubSidecarServiceService,
}

/** How each request is read. */
export const read: { readonly [K in keyof Requests]: (request: Raw[K]) => Requests[K] } = {
  start: (request) =>
    present({
      ...callOf(request),
      id: request.getInstanceid(),
      startAt: instantOf(request.getScheduledstarttimestamp()),
      policy: listIf(request.getOrchestrationidreusepolicy()?.getReplaceablestatusList()),
    }),
  get: (request) => ({ id: request.getInstanceid(), withPayloads: request.getGetinputsandoutputs() }),
  rewind: (request) => present({ id: request.getInstanceid(), reason: request.getReason()?.getValue() }),
  restart: (request) => ({ id: request.getInstanceid(), withNewId: request.getRestartwithnewinstanceid() }),
  raise: (request) =>
    present({
      id: request.getInstanceid(),
      name: request.getName(),
      input: request.getInput()?.getValue(),
    }),
  terminate: (request) =>
    present({
      id: request.getInstanceid(),
      output: request.getOutput()?.getValue(),
      recursive: request.getRecursive(),
    }),
  pause: (request) => present({ id: request.getInstanceid(), reason: request.getReason()?.getValue() }),
  query: (request) => {
    const query = request.getQuery() ?? new stubs.InstanceQuery()
    return {
      listing: present({
        statuses: statusesOf(query.getRuntimestatusList()),
        createdFrom: instantOf(query.getCreatedtimefrom()),
        createdTo: instantOf(query.getCreatedtimeto()),
        prefix: query.getInstanceidprefix()?.getValue(),
        after: placeOf(query.getContinuationtoken()),
      }),
      hubs: query.getTaskhubnamesList().map((name) => name.getValue()),
      limit: query.getMaxinstancecount(),
      withPayloads: query.getFetchinputsandoutputs(),
    }
  },
  listIds: (request) => ({
    listing: present({
      statuses: statusesOf(request.getRuntimestatusList()),
      completedFrom: instantOf(request.getCompletedtimefrom()),
      completedTo: instantOf(request.getCompletedtimeto()),
      after: placeOf(request.getLastinstancekey()),
    }),
    limit: request.getPagesize(),
  }),
  purge: (request) => {
    const filter = request.getPurgeinstancefilter()
    const timeout = filter?.getTimeout()
    return present({
      what: filter
        ? purgeListing(filter)
        : (request.getInstancebatch()?.getInstanceidsList() ?? [request.getInstanceid()]),
      recursive: request.getRecursive(),
      timeoutMs: timeout && timeout.getSeconds() * 1000 + timeout.getNanos() / 1e6,
    })
  },
  work: (request) => {
    const filters = request.getWorkitemfilters()
    const turn = versionsByName(filters?.getOrchestrationsList())
    const call = versionsByName(filters?.getActivitiesList())
    return present({
      turn: request.getMaxconcurrentorchestrationworkitems() || undefined,
      call: request.getMaxconcurrentactivityworkitems() || undefined,
      filters: turn.size + call.size > 0 ? { turn, call } : undefined,
    })
  },
  settleCall: (request) => {
    const failure = request.getFailuredetails()
    return {
      token: request.getCompletiontoken(),
      outcome: failure
        ? { failure: failure.serializeBinary() }
        : present({ result: request.getResult()?.getValue() }),
    }
  },
  settleTurn: (request) =>
    present({
      token: request.getCompletiontoken(),
      actions: request.getActionsList().map(actionOf),
      customStatus: request.getCustomstatus()?.getValue(),
      trace: request.getOrchestrationtracecontext()?.serializeBinary(),
      isPartial: request.getIspartial(),
    }),
  abandon: (request) => ({ token: request.getCompletiontoken() }),
  history: (request) => ({ id: request.getInstanceid() }),
  endAtOnce: (request) =>
    present({
      ids: request.getInstancebatch()?.getInstanceidsList() ?? [],
      reason: request.getReason()?.getValue(),
    }),
  createHub: (request) => ({ anew: request.getRecreateifexists() }),
}

/** A decision of a worker in the SDK's own form. */
export type ActionMessage = pb.OrchestratorAction

interface Raw {
  start: pb.CreateInstanceRequest
  get: pb.GetInstanceRequest
  rewind: pb.RewindInstanceRequest
  restart: pb.RestartInstanceRequest
  raise: pb.RaiseEventRequest
  terminate: pb.TerminateRequest
  pause: pb.SuspendRequest | pb.ResumeRequest
  query: pb.QueryInstancesRequest
  listIds: pb.ListInstanceIdsRequest
  purge: pb.PurgeInstancesRequest
  work: pb.GetWorkItemsRequest
  settleCall: pb.ActivityResponse
  settleTurn: pb.OrchestratorResponse
  abandon: pb.AbandonActivityTaskRequest | pb.AbandonOrchestrationTaskRequest
  history: pb.StreamInstanceHistoryRequest
  endAtOnce: pb.SkipGracefulOrchestrationTerminationsRequest
  createHub: pb.CreateTaskHubRequest
}

function statusesOf(numbers: readonly number[]): Status[] {
  return numbers.map(statusAt).filter((status) => status !== undefined)
}

function versionsByName(
  filters: readonly { getName(): string; getVersionsList(): string[] }[] = [],
): ReadonlyMap<string, readonly string[]> {
  return new Map(filters.map((filter) => [filter.getName(), filter.getVersionsList()]))
}

function listIf(numbers: readonly number[] | undefined): Status[] | undefined {
  return numbers && statusesOf(numbers)
}

/** Where a page ended, as we told the caller of that page. */
function placeOf(token: { getValue(): string } | undefined): Place | undefined {
  return token && placeIn(token.getValue())
}

function purgeListing(filter: pb.PurgeInstanceFilter): Requests['purge']['what'] {
  const wanted = statusesOf(filter.getRuntimestatusList())
  const ended = (wanted.length > 0 ? wanted : statusesOf([1, 3, 4, 5])).filter(hasEnded)
  return present({
    statuses: ended,
    createdFrom: instantOf(filter.getCreatedtimefrom()),
    createdTo: instantOf(filter.getCreatedtimeto()),
  })
}

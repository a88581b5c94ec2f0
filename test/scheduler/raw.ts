import { ChannelCredentials, type ServiceError } from '@grpc/grpc-js'
import grpcStubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_grpc_pb.js'
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import { optionalText, timestamp } from '../../engine/scheduler/protobuf.ts'
import type { Scheduler } from '../../engine/scheduler/scheduler.ts'
import { until } from './sdk.ts'

/** The protocol without the SDK: a worker that answers what a test tells it to, when it is told to. */
export class RawHub {
  readonly #client: InstanceType<typeof grpcStubs.TaskHubSidecarServiceClient>

  constructor(scheduler: Scheduler) {
    this.#client = new grpcStubs.TaskHubSidecarServiceClient(
      'localhost',
      ChannelCredentials.createInsecure(),
      scheduler.inProcess(),
    )
  }

  async start(
    name: string,
    id: string,
    {
      at,
      version,
      replaces,
    }: { at?: number; version?: string; replaces?: readonly pb.OrchestrationStatus[] } = {},
  ): Promise<void> {
    const request = new stubs.CreateInstanceRequest()
    request.setName(name)
    request.setInstanceid(id)
    request.setInput(textOf('null'))
    if (version !== undefined) request.setVersion(textOf(version))
    if (replaces) {
      const policy = new stubs.OrchestrationIdReusePolicy()
      policy.setReplaceablestatusList([...replaces])
      request.setOrchestrationidreusepolicy(policy)
    }
    if (at !== undefined) request.setScheduledstarttimestamp(timeOf(at))
    await answer((done) => this.#client.startInstance(request, done))
  }

  async raise(id: string, name: string, data: unknown): Promise<void> {
    const request = new stubs.RaiseEventRequest()
    request.setInstanceid(id)
    request.setName(name)
    request.setInput(textOf(JSON.stringify(data)))
    await answer((done) => this.#client.raiseEvent(request, done))
  }

  async terminate(id: string): Promise<void> {
    const request = new stubs.TerminateRequest()
    request.setInstanceid(id)
    request.setRecursive(true)
    await answer((done) => this.#client.terminateInstance(request, done))
  }

  async suspend(id: string): Promise<void> {
    const request = new stubs.SuspendRequest()
    request.setInstanceid(id)
    await answer((done) => this.#client.suspendInstance(request, done))
  }

  async resume(id: string): Promise<void> {
    const request = new stubs.ResumeRequest()
    request.setInstanceid(id)
    await answer((done) => this.#client.resumeInstance(request, done))
  }

  /** Ends instances whether or not they have a worker. */
  async endAtOnce(ids: readonly string[]): Promise<void> {
    const [request, batch] = [
      new stubs.SkipGracefulOrchestrationTerminationsRequest(),
      new stubs.InstanceBatch(),
    ]
    batch.setInstanceidsList([...ids])
    request.setInstancebatch(batch)
    await answer((done) => this.#client.skipGracefulOrchestrationTerminations(request, done))
  }

  async createTaskHub(anew: boolean): Promise<void> {
    const request = new stubs.CreateTaskHubRequest()
    request.setRecreateifexists(anew)
    await answer((done) => this.#client.createTaskHub(request, done))
  }

  async deleteTaskHub(): Promise<void> {
    await answer((done) => this.#client.deleteTaskHub(new stubs.DeleteTaskHubRequest(), done))
  }

  async purge(ids: readonly string[]): Promise<number> {
    const [request, batch] = [new stubs.PurgeInstancesRequest(), new stubs.InstanceBatch()]
    batch.setInstanceidsList([...ids])
    request.setInstancebatch(batch)
    const reply = await answer<pb.PurgeInstancesResponse>((done) =>
      this.#client.purgeInstances(request, done),
    )
    return reply.getDeletedinstancecount()
  }

  async state(id: string): Promise<pb.OrchestrationState | undefined> {
    const request = new stubs.GetInstanceRequest()
    request.setInstanceid(id)
    request.setGetinputsandoutputs(true)
    const reply = await answer<pb.GetInstanceResponse>((done) => this.#client.getInstance(request, done))
    return reply.getOrchestrationstate()
  }

  async history(id: string): Promise<pb.HistoryEvent[]> {
    const request = new stubs.StreamInstanceHistoryRequest()
    request.setInstanceid(id)
    const events: pb.HistoryEvent[] = []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#client
      .streamInstanceHistory(request)
      .on('data', (chunk: pb.HistoryChunk) => events.push(...chunk.getEventsList()))
      .on('end', resolve)
      .on('error', reject)
    await promise
    return events
  }

  /** A worker joins. */
  join(terms: { turns?: number; calls?: number; filters?: pb.WorkItemFilters } = {}): RawWorker {
    const request = new stubs.GetWorkItemsRequest()
    request.setMaxconcurrentorchestrationworkitems(terms.turns ?? 0)
    request.setMaxconcurrentactivityworkitems(terms.calls ?? 0)
    if (terms.filters) request.setWorkitemfilters(terms.filters)
    return new RawWorker(this.#client.getWorkItems(request))
  }

  async completeTurn(
    token: string,
    actions: readonly pb.OrchestratorAction[],
    isPartial = false,
  ): Promise<void> {
    const response = new stubs.OrchestratorResponse()
    response.setCompletiontoken(token)
    response.setActionsList([...actions])
    response.setIspartial(isPartial)
    await answer((done) => this.#client.completeOrchestratorTask(response, done))
  }

  async completeCall(token: string, result: unknown): Promise<void> {
    const response = new stubs.ActivityResponse()
    response.setCompletiontoken(token)
    response.setResult(textOf(JSON.stringify(result)))
    await answer((done) => this.#client.completeActivityTask(response, done))
  }

  async abandonTurn(token: string): Promise<void> {
    const request = new stubs.AbandonOrchestrationTaskRequest()
    request.setCompletiontoken(token)
    await answer((done) => this.#client.abandonTaskOrchestratorWorkItem(request, done))
  }

  async abandonCall(token: string): Promise<void> {
    const request = new stubs.AbandonActivityTaskRequest()
    request.setCompletiontoken(token)
    await answer((done) => this.#client.abandonTaskActivityWorkItem(request, done))
  }
}

/** A turn, as a worker sees it. */
export interface Turn {
  readonly id: string
  readonly token: string
  readonly past: readonly pb.HistoryEvent[]
  readonly told: readonly pb.HistoryEvent[]
}

/** The call of an activity, as a worker sees it. */
export interface Call {
  readonly id: string
  /** How many times the instance has begun anew, from 1. */
  readonly generation: number
  readonly actionId: number
  readonly name: string
  readonly token: string
}

type WorkStream = ReturnType<InstanceType<typeof grpcStubs.TaskHubSidecarServiceClient>['getWorkItems']>

/** What one worker has been given and has not answered. */
export class RawWorker {
  readonly turns: Turn[] = []
  readonly calls: Call[] = []
  pings = 0
  readonly #stream: WorkStream

  constructor(stream: WorkStream) {
    this.#stream = stream
    stream.on('error', () => {}) // we have left
    stream.on('data', (item: pb.WorkItem) => this.#take(item))
  }

  /** The oldest turn that was not looked at yet; waits for one. */
  async nextTurn(): Promise<Turn> {
    await until(() => this.turns.length > 0)
    return this.turns.shift() ?? this.nextTurn()
  }

  async nextCall(): Promise<Call> {
    await until(() => this.calls.length > 0)
    return this.calls.shift() ?? this.nextCall()
  }

  leave(): void {
    this.#stream.cancel()
  }

  #take(item: pb.WorkItem): void {
    const token = item.getCompletiontoken()
    const [turn, call] = [item.getOrchestratorrequest(), item.getActivityrequest()]
    if (turn)
      this.turns.push({
        id: turn.getInstanceid(),
        token,
        past: turn.getPasteventsList(),
        told: turn.getNeweventsList(),
      })
    if (call)
      this.calls.push({
        id: call.getOrchestrationinstance()?.getInstanceid() ?? '',
        generation: Number(call.getOrchestrationinstance()?.getExecutionid()?.getValue().split('-')[1] ?? 1),
        actionId: call.getTaskid(),
        name: call.getName(),
        token,
      })
    if (item.hasHealthping()) this.pings++
  }
}

/** What a worker can decide. */
export const decide = {
  call: (id: number, name: string): pb.OrchestratorAction => {
    const call = new stubs.ScheduleTaskAction()
    call.setName(name)
    return action(id, (made) => made.setScheduletask(call))
  },
  timer: (id: number, at: number): pb.OrchestratorAction => {
    const timer = new stubs.CreateTimerAction()
    timer.setFireat(timeOf(at))
    return action(id, (made) => made.setCreatetimer(timer))
  },
  child: (id: number, name: string, child = ''): pb.OrchestratorAction => {
    const made = new stubs.CreateSubOrchestrationAction()
    made.setName(name)
    made.setInstanceid(child)
    return action(id, (whole) => whole.setCreatesuborchestration(made))
  },
  end: (id: number, result: unknown): pb.OrchestratorAction => {
    const end = new stubs.CompleteOrchestrationAction()
    end.setOrchestrationstatus(stubs.OrchestrationStatus.ORCHESTRATION_STATUS_COMPLETED)
    end.setResult(textOf(JSON.stringify(result)))
    return action(id, (made) => made.setCompleteorchestration(end))
  },
  continueAsNew: (id: number, input: unknown): pb.OrchestratorAction => {
    const end = new stubs.CompleteOrchestrationAction()
    end.setOrchestrationstatus(stubs.OrchestrationStatus.ORCHESTRATION_STATUS_CONTINUED_AS_NEW)
    end.setResult(textOf(JSON.stringify(input)))
    return action(id, (made) => made.setCompleteorchestration(end))
  },
}

function action(id: number, fill: (action: pb.OrchestratorAction) => void): pb.OrchestratorAction {
  const made = new stubs.OrchestratorAction()
  made.setId(id)
  fill(made)
  return made
}

/** A text in the SDK's own form, which only its own copy of google-protobuf can make. */
function textOf(text: string): ReturnType<pb.RaiseEventRequest['getInput']> {
  return stubs.RaiseEventRequest.deserializeBinary(optionalText(3, text)).getInput()
}

function timeOf(at: number): ReturnType<pb.CreateTimerAction['getFireat']> {
  return stubs.CreateTimerAction.deserializeBinary(timestamp(1, at)).getFireat()
}

function answer<T>(send: (done: (error: ServiceError | null, reply: T) => void) => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  send((error, reply) => (error ? reject(error) : resolve(reply)))
  return promise
}

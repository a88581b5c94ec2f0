/* oxlint-disable eslint/no-underscore-dangle -- the names of the SDK */
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'
import type { Orchestration } from '../orchestrator/interpret.ts'

type Context = InstanceType<typeof contexts.RuntimeOrchestrationContext>

/** What every run and every step of it brings, without the message that it comes in. */
export type Brief = TurnBegun | RunBegun | ResultCame

interface Summary {
  /** The message. */
  whole(): pb.HistoryEvent
}

export interface TurnBegun extends Summary {
  readonly brief: 'turn'
  /** Epoch ms. */
  readonly at: number
}

/** A generation of a run begins. */
export interface RunBegun extends Summary {
  readonly brief: 'start'
  readonly name: string
  readonly version: string | undefined
  /** JSON; none: no input. */
  readonly input: string | undefined
  readonly parent: Context['_parent']
}

/** An activity has given its result, as JSON. */
export interface ResultCame extends Summary {
  readonly brief: 'result'
  /** What the run numbers the call by. */
  readonly id: number
  readonly result: string | undefined
}

/** Something that a turn is told. */
export type News = pb.HistoryEvent | Brief

export function isBrief(news: News): news is Brief {
  return 'brief' in news
}

/** The message of what is told. */
export function messageOf(news: News): pb.HistoryEvent {
  return isBrief(news) ? news.whole() : news
}

/** The message that a generation begins with, in brief. */
export function inBrief(event: pb.HistoryEvent): News {
  const start = event.getExecutionstarted()
  if (!start) return event
  const parent = start.getParentinstance()
  return {
    brief: 'start',
    name: start.getName(),
    version: start.getVersion()?.getValue(),
    input: start.getInput()?.getValue(),
    parent: parent && {
      name: parent.getName()?.getValue() ?? '',
      instanceId: parent.getOrchestrationinstance()?.getInstanceid() ?? '',
      taskScheduledId: parent.getTaskscheduledid(),
    },
    whole: () => event,
  }
}

/** Lets a run begin with `orchestration`, as the SDK's executor does. */
export function begin(
  context: Context,
  { version = '', parent }: RunBegun,
  orchestration: Orchestration,
): void {
  context._version = version
  if (parent) context._parent = parent
  Object.assign(context, { _generator: orchestration })
  advance(context, orchestration, undefined)
}

/** Tells a run of a result as the SDK's executor does, without the promises and without the exception at its end. */
export function hear(context: Context, { id, result }: ResultCame, orchestration: Orchestration): void {
  const task = context._pendingTasks[id]
  if (!task) return
  delete context._pendingTasks[id]
  task.complete(result ? JSON.parse(result) : undefined)
  const waited = context._previousTask
  if (waited?.isComplete && !context._isComplete) advance(context, orchestration, waited._result)
}

const hasCompleted = stubs.OrchestrationStatus.ORCHESTRATION_STATUS_COMPLETED

/** Goes on, until what is waited for is still to come. */
function advance(context: Context, { flow }: Orchestration, first: unknown): void {
  for (let next = flow.next(first); ; next = flow.next(next.value._result)) {
    if (next.done) return context.setComplete(next.value, hasCompleted)
    context._previousTask = next.value
    if (!next.value.isComplete) return
  }
}

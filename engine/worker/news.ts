/* oxlint-disable eslint/no-underscore-dangle -- the names of the SDK */
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'
import { Orchestration } from '../orchestrator/interpret.ts'

type Context = InstanceType<typeof contexts.RuntimeOrchestrationContext>

/** What every step of a run brings, without the message that it comes in. */
export type Brief = TurnBegun | ResultCame

interface Summary {
  /** The message. */
  whole(): pb.HistoryEvent
}

export interface TurnBegun extends Summary {
  readonly brief: 'turn'
  /** Epoch ms. */
  readonly at: number
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

/**
 * Tells a run what is new as the SDK's executor does, without the promises and the exception at its end; where it cannot,
 * it says so.
 */
export function heard(context: Context, news: Brief, completed: pb.OrchestrationStatus): boolean {
  if (news.brief === 'turn') {
    context._currentUtcDatetime = new Date(news.at)
    return true
  }
  const generator: unknown = context._generator
  if (!(generator instanceof Orchestration)) return false
  const task = context._pendingTasks[news.id]
  if (!task) return true
  delete context._pendingTasks[news.id]
  task.complete(news.result ? JSON.parse(news.result) : undefined)
  if (!context._isComplete) goOn(context, generator, completed)
  return true
}

/** Goes on until what is waited for is still to come. */
function goOn(context: Context, { flow }: Orchestration, completed: pb.OrchestrationStatus): void {
  for (let waited = context._previousTask; waited?.isComplete; waited = context._previousTask) {
    const { done, value } = flow.next(waited._result)
    if (done) return context.setComplete(value, completed)
    context._previousTask = value
  }
}

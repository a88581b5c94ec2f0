import { type HistoryEvent, HistoryEventType } from '@microsoft/durabletask-js'
import { fromDetails } from '../failure.ts'
import { isJsonObject, type Json, toJson } from '../json.ts'
import type { HistoryEntry } from './client.ts'
import { originOf, parsed } from './origin.ts'

/** The history of a run as people read it: what was asked for is named again where its end is told. */
export function narrate(events: readonly HistoryEvent[]): HistoryEntry[] {
  const asked = new Map<number, Subject>()
  return events.flatMap((event) => {
    const line = lineOf(event, asked)
    return line ? [{ at: event.timestamp.toISOString(), ...line }] : []
  })
}

type Line = Omit<HistoryEntry, 'at'>
/** What an event is about: the call, child or timer, and where in the run it stands. */
type Subject = Pick<HistoryEntry, 'name' | 'path' | 'attempt'>

function lineOf(event: HistoryEvent, asked: Map<number, Subject>): Line | undefined {
  switch (event.type) {
    case HistoryEventType.ExecutionStarted:
      return { type: 'runStarted', name: event.name, data: originOf(event.input)?.input ?? null }
    case HistoryEventType.ExecutionCompleted:
      return event.failureDetails
        ? { type: 'runFailed', data: toJson(fromDetails(event.failureDetails)) }
        : { type: 'runCompleted', ...data(event.result) }
    case HistoryEventType.ExecutionTerminated:
      return { type: 'runTerminated', ...data(event.input) }
    case HistoryEventType.ExecutionSuspended:
      return { type: 'runSuspended' }
    case HistoryEventType.ExecutionResumed:
      return { type: 'runResumed' }
    case HistoryEventType.ContinueAsNew:
      return { type: 'runContinuedAsNew' }
    case HistoryEventType.TaskScheduled: {
      const { subject, input } = requestOf(event.name, event.input)
      asked.set(event.eventId, subject)
      return { type: 'activityScheduled', ...subject, data: input }
    }
    case HistoryEventType.TaskCompleted:
      return { type: 'activityCompleted', ...asked.get(event.taskScheduledId), ...data(event.result) }
    case HistoryEventType.TaskFailed:
      return { type: 'activityFailed', ...asked.get(event.taskScheduledId), ...failure(event) }
    case HistoryEventType.SubOrchestrationInstanceCreated: {
      const subject = { name: event.name }
      asked.set(event.eventId, subject)
      const input = originOf(event.input)?.input ?? null
      return { type: 'childStarted', ...subject, data: { runId: event.instanceId ?? null, input } }
    }
    case HistoryEventType.SubOrchestrationInstanceCompleted:
      return { type: 'childCompleted', ...asked.get(event.taskScheduledId), ...data(event.result) }
    case HistoryEventType.SubOrchestrationInstanceFailed:
      return { type: 'childFailed', ...asked.get(event.taskScheduledId), ...failure(event) }
    case HistoryEventType.TimerCreated:
      return { type: 'timerCreated', data: { dueAt: event.fireAt.toISOString() } }
    case HistoryEventType.TimerFired:
      return { type: 'timerFired', data: { dueAt: event.fireAt.toISOString() } }
    case HistoryEventType.EventRaised:
      return { type: 'eventRaised', name: event.name, ...data(event.input) }
    case HistoryEventType.EventSent:
      return { type: 'eventSent', name: event.name, ...data(event.input) }
    case HistoryEventType.OrchestratorStarted:
    case HistoryEventType.OrchestratorCompleted:
    case HistoryEventType.ExecutionRewound:
    case HistoryEventType.GenericEvent:
    case HistoryEventType.HistoryState:
    case HistoryEventType.EntityOperationSignaled:
    case HistoryEventType.EntityOperationCalled:
    case HistoryEventType.EntityOperationCompleted:
    case HistoryEventType.EntityOperationFailed:
    case HistoryEventType.EntityLockRequested:
    case HistoryEventType.EntityLockGranted:
    case HistoryEventType.EntityUnlockSent:
      break // the turns themselves, and what our runs do not do
  }
  return undefined
}

/** The step and the handler's input in what the interpreter sent to the activity host. */
function requestOf(
  name: string,
  serialized: string | undefined,
): { readonly subject: Subject; readonly input: Json } {
  const request = parsed(serialized) ?? null
  if (!isJsonObject(request)) return { subject: { name }, input: request }
  const { path, attempt, input = null } = request
  const step = typeof path === 'string' && { path }
  const count = typeof attempt === 'number' && { attempt }
  return { subject: { name, ...step, ...count }, input }
}

function data(serialized: string | undefined): Pick<HistoryEntry, 'data'> {
  const value = parsed(serialized)
  return value === undefined ? {} : { data: value }
}

function failure(event: {
  readonly failureDetails?: Parameters<typeof fromDetails>[0]
}): Pick<HistoryEntry, 'data'> {
  return event.failureDetails ? { data: toJson(fromDetails(event.failureDetails)) } : {}
}

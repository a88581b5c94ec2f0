import { HistoryEventType, type FailureDetails, type HistoryEvent } from '@microsoft/durabletask-js'
import { type ClientConnection, openHubCalls } from '../client/hub-calls.ts'
import { originOf, parsed } from '../client/origin.ts'
import { EngineError } from '../error.ts'
import { fromDetails, type Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import { historyFormat, type RecordedEvent, type RecordedHistory } from './history.ts'

/** The history of a run as its hub keeps it: of one that continued as new, the newest. */
export async function recordRun(connection: ClientConnection, id: string): Promise<RecordedHistory> {
  const calls = await openHubCalls(connection)
  try {
    return recordingOf(id, await calls((sdk) => sdk.getOrchestrationHistory(id)))
  } finally {
    calls.close()
  }
}

/** What the hub tells about a run, as a recorded history. */
function recordingOf(id: string, history: readonly HistoryEvent[]): RecordedHistory {
  const first = history.findLastIndex(({ type }) => type === HistoryEventType.ExecutionStarted)
  const started = history[first]
  const input =
    started?.type === HistoryEventType.ExecutionStarted && originOf(started.input) && parsed(started.input)
  if (!started || !input) throw new EngineError('run.unknown', `Run "${id}" was not started by this engine`)
  const turn = history.slice(0, first).findLast(({ type }) => type === HistoryEventType.OrchestratorStarted)
  const clock = new Clock((turn ?? started).timestamp.toISOString())
  const events = history.slice(first + 1).flatMap((event) => clock.read(event))
  const end = events.filter((event) => 'ended' in event)
  return {
    format: historyFormat,
    workflow: started.name,
    runId: id,
    startedAt: clock.startedAt,
    input: input as unknown as InterpreterInput, // its shape was looked at by `originOf`
    events: [...events.filter((event) => !('ended' in event)), ...end],
  }
}

/** Reads history events as the SDK replays them: the clock stands still within a turn, and a suspended run hears nothing. */
class Clock {
  readonly startedAt: string
  #at: string
  #suspended: HistoryEvent[] | undefined

  constructor(startedAt: string) {
    this.startedAt = startedAt
    this.#at = startedAt
  }

  read(event: HistoryEvent): readonly RecordedEvent[] {
    if (event.type === HistoryEventType.ExecutionSuspended) this.#suspended ??= []
    else if (event.type === HistoryEventType.ExecutionResumed) {
      const missed = this.#suspended ?? []
      this.#suspended = undefined
      return missed.flatMap((one) => this.read(one))
    } else if (this.#suspended) this.#suspended.push(event)
    else if (event.type === HistoryEventType.OrchestratorStarted) this.#at = event.timestamp.toISOString()
    else return recorded(event, this.#at)
    return []
  }
}

function recorded(event: HistoryEvent, at: string): readonly RecordedEvent[] {
  const id = event.eventId
  switch (event.type) {
    case HistoryEventType.TaskScheduled:
      return [{ asked: 'activity', id, name: event.name, input: json(event.input) }]
    case HistoryEventType.TimerCreated:
      return [{ asked: 'timer', id, dueAt: event.fireAt.toISOString() }]
    case HistoryEventType.SubOrchestrationInstanceCreated:
      return [
        { asked: 'child', id, name: event.name, runId: event.instanceId ?? '', input: json(event.input) },
      ]
    case HistoryEventType.EventSent:
      return [{ asked: 'event', id, to: event.instanceId ?? '', name: event.name, data: json(event.input) }]
    case HistoryEventType.TaskCompleted:
    case HistoryEventType.SubOrchestrationInstanceCompleted:
      return [{ at, told: 'result', id: event.taskScheduledId, result: json(event.result) }]
    case HistoryEventType.TaskFailed:
    case HistoryEventType.SubOrchestrationInstanceFailed:
      return [{ at, told: 'failure', id: event.taskScheduledId, failure: failureIn(event.failureDetails) }]
    case HistoryEventType.TimerFired:
      return [{ at, told: 'result', id: event.timerId, result: null }]
    case HistoryEventType.EventRaised:
      return [{ at, told: 'event', name: event.name, data: json(event.input) }]
    case HistoryEventType.ContinueAsNew:
      return [{ ended: 'continued' }]
    case HistoryEventType.ExecutionCompleted:
      return [
        event.failureDetails
          ? { ended: 'failed', failure: failureIn(event.failureDetails) }
          : { ended: 'completed', output: json(event.result) },
      ]
    case HistoryEventType.ExecutionStarted:
    case HistoryEventType.ExecutionTerminated: // it ended without its interpreter
    case HistoryEventType.ExecutionSuspended:
    case HistoryEventType.ExecutionResumed:
    case HistoryEventType.ExecutionRewound:
    case HistoryEventType.OrchestratorStarted:
    case HistoryEventType.OrchestratorCompleted:
    case HistoryEventType.GenericEvent:
    case HistoryEventType.HistoryState:
    case HistoryEventType.EntityOperationSignaled:
    case HistoryEventType.EntityOperationCalled:
    case HistoryEventType.EntityOperationCompleted:
    case HistoryEventType.EntityOperationFailed:
    case HistoryEventType.EntityLockRequested:
    case HistoryEventType.EntityLockGranted:
    case HistoryEventType.EntityUnlockSent:
      break // turns, and what our runs do not do
  }
  return []
}

function json(text: string | undefined): Json {
  return parsed(text) ?? null
}

function failureIn(details: FailureDetails | undefined): Failure {
  return fromDetails(details ?? { errorType: '', message: 'The hub does not say why' })
}

import { FailureDetails, type HistoryEvent, HistoryEventType } from '@microsoft/durabletask-js'
import { expect, test } from 'vitest'
import type { HistoryEntry } from '../../engine/client/client.ts'
import { narrate } from '../../engine/client/history.ts'
import { toThrowable } from '../../engine/failure.ts'

const base = { eventId: 7, timestamp: new Date('2026-01-01T00:00:00Z') }
const { name, message, stack } = toThrowable({ type: 'x.y', message: 'No', retryable: false })
const failureDetails = new FailureDetails(message, name, stack)
const failure = { type: 'x.y', message: 'No', retryable: false }

test.for<[HistoryEvent, Omit<HistoryEntry, 'at'>]>([
  [
    { ...base, type: HistoryEventType.ExecutionTerminated, input: '{"reason":"enough"}' },
    { type: 'runTerminated', data: { reason: 'enough' } },
  ],
  [{ ...base, type: HistoryEventType.ExecutionSuspended }, { type: 'runSuspended' }],
  [{ ...base, type: HistoryEventType.ExecutionResumed }, { type: 'runResumed' }],
  [{ ...base, type: HistoryEventType.ContinueAsNew }, { type: 'runContinuedAsNew' }],
  [
    { ...base, type: HistoryEventType.ExecutionCompleted, orchestrationStatus: 'x', failureDetails },
    { type: 'runFailed', data: failure },
  ],
  [
    { ...base, type: HistoryEventType.TaskScheduled, name: 'foreign', input: '"not ours"' },
    { type: 'activityScheduled', name: 'foreign', data: 'not ours' },
  ],
  [
    { ...base, type: HistoryEventType.EventSent, name: 'news', input: '1' },
    { type: 'eventSent', name: 'news', data: 1 },
  ],
  [
    { ...base, type: HistoryEventType.TimerFired, fireAt: new Date('2026-01-02T00:00:00Z'), timerId: 1 },
    { type: 'timerFired', data: { dueAt: '2026-01-02T00:00:00.000Z' } },
  ],
])('%j is told as %j', ([event, line]) => {
  expect(narrate([event])).toEqual([{ at: '2026-01-01T00:00:00.000Z', ...line }])
})

test('the end of a child is told with the name of the child', () => {
  const started = {
    ...base,
    type: HistoryEventType.SubOrchestrationInstanceCreated as const,
    name: 'child',
    instanceId: 'c',
  }
  const events: HistoryEvent[] = [
    { ...started, input: JSON.stringify({ child: { workflow: 'child', input: 3, parent: 'p' } }) },
    { ...base, type: HistoryEventType.SubOrchestrationInstanceFailed, taskScheduledId: 7, failureDetails },
    { ...base, type: HistoryEventType.SubOrchestrationInstanceCompleted, taskScheduledId: 7, result: '4' },
  ]
  expect(narrate(events)).toMatchObject([
    { type: 'childStarted', name: 'child', data: { runId: 'c', input: 3 } },
    { type: 'childFailed', name: 'child', data: failure },
    { type: 'childCompleted', name: 'child', data: 4 },
  ])
})

test('the turns themselves are not told', () => {
  expect(narrate([{ ...base, type: HistoryEventType.OrchestratorStarted }])).toEqual([])
})

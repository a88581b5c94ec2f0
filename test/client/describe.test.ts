import { FailureDetails, OrchestrationState, OrchestrationStatus } from '@microsoft/durabletask-js'
import { expect, test } from 'vitest'
import { describe as describeRun } from '../../engine/client/describe.ts'
import { type Failure, toThrowable } from '../../engine/failure.ts'
import type { RunStatus } from '../../engine/run.ts'
import { definitionOf } from '../support/definition.ts'

const question = {
  key: 'q1',
  step: 'approve',
  prompt: 'Go?',
  askedAt: '2026-01-01T00:00:00.000Z',
  reminders: 0,
}

function stateOf(parts: {
  readonly status: OrchestrationStatus
  readonly output?: unknown
  readonly report?: unknown
  readonly failure?: Failure
}): OrchestrationState {
  const thrown = parts.failure && toThrowable(parts.failure)
  return new OrchestrationState(
    'run-1',
    'order',
    parts.status,
    new Date('2026-01-01T00:00:00Z'),
    new Date('2026-01-01T00:00:05Z'),
    JSON.stringify({
      definition: definitionOf({ name: 'order', version: '2.1.0' }),
      input: { id: 7 },
      config: {},
    }),
    parts.output === undefined ? undefined : JSON.stringify(parts.output),
    parts.report === undefined ? undefined : JSON.stringify(parts.report),
    thrown && new FailureDetails(thrown.message, thrown.name, thrown.stack),
    { team: 'blue' },
  )
}

const failure: Failure = { type: 'payment.declined', message: 'No', retryable: false, step: 'charge' }

test.for<[string, Parameters<typeof stateOf>[0], RunStatus]>([
  ['accepted and not begun', { status: OrchestrationStatus.PENDING }, 'pending'],
  ['under way', { status: OrchestrationStatus.RUNNING }, 'running'],
  ['between two histories', { status: OrchestrationStatus.CONTINUED_AS_NEW }, 'running'],
  [
    'with an open question',
    { status: OrchestrationStatus.RUNNING, report: { questions: [question] } },
    'waiting',
  ],
  [
    'with its questions answered',
    { status: OrchestrationStatus.RUNNING, report: { questions: [] } },
    'running',
  ],
  [
    'paused by an operator',
    { status: OrchestrationStatus.SUSPENDED, report: { questions: [question] } },
    'suspended',
  ],
  ['done', { status: OrchestrationStatus.COMPLETED, output: 1 }, 'completed'],
  ['failed', { status: OrchestrationStatus.FAILED, failure }, 'failed'],
  ['failed for no reason given', { status: OrchestrationStatus.FAILED }, 'failed'],
  [
    'cleaned up after a cancel',
    { status: OrchestrationStatus.FAILED, failure: { ...failure, type: 'cancelled' } },
    'cancelled',
  ],
  ['terminated', { status: OrchestrationStatus.TERMINATED, output: { reason: 'enough' } }, 'cancelled'],
])('an instance %s is a run %j', ([, parts, status]) => {
  expect(describeRun(stateOf(parts)).status).toBe(status)
})

test('a run shows its definition, its input and its output', () => {
  expect(describeRun(stateOf({ status: OrchestrationStatus.COMPLETED, output: { total: 3 } }))).toEqual({
    id: 'run-1',
    workflow: 'order',
    version: '2.1.0',
    status: 'completed',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:05.000Z',
    report: {},
    input: { id: 7 },
    output: { total: 3 },
    tags: { team: 'blue' },
  })
})

test('a run without data shows everything else', () => {
  const run = describeRun(stateOf({ status: OrchestrationStatus.COMPLETED, output: { total: 3 } }), false)
  expect(run).not.toHaveProperty('input')
  expect(run).not.toHaveProperty('output')
  expect(run).toMatchObject({ workflow: 'order', version: '2.1.0', status: 'completed' })
})

test('the failure of a run is the one its interpreter threw, whole', () => {
  expect(describeRun(stateOf({ status: OrchestrationStatus.FAILED, failure })).error).toEqual(failure)
})

test('the reason of a termination is its message', () => {
  const run = describeRun(stateOf({ status: OrchestrationStatus.TERMINATED, output: { reason: 'enough' } }))
  expect(run.error).toEqual({ type: 'cancelled', message: 'enough', retryable: false })
})

test('a custom status that another program wrote is the status line', () => {
  expect(describeRun(stateOf({ status: OrchestrationStatus.RUNNING, report: 'half way' })).report).toEqual({
    message: 'half way',
  })
})

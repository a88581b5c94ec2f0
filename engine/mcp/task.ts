import type { Failure } from '../failure.ts'
import type { Definition } from '../language/definition.ts'
import type { Run, RunStatus } from '../run.ts'
import { withoutPlaces } from './discretion.ts'

/** The states of an MCP task, the same in both eras. */
export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled'

/** A run as an MCP task, before an era has put it into its words. */
export interface Task {
  /** The run's id. */
  readonly id: string
  readonly status: TaskStatus
  readonly message?: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
  /** `null`: for as long as the hub keeps it. */
  readonly ttlMs: number | null
  readonly pollIntervalMs: number
  readonly run: Run
  /** What it runs, if that is still there. */
  readonly definition?: Definition
}

const statuses: Readonly<Record<RunStatus, TaskStatus>> = {
  pending: 'working',
  running: 'working',
  suspended: 'working',
  waiting: 'input_required',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The task that `run` is; one that was cancelled is so from then on, whatever its clean-up still comes to. */
export function taskOf(run: Run, definition: Definition | undefined): Task {
  const status = run.report.cancelling === true ? 'cancelled' : statuses[run.status]
  const message = messages[status](run)
  return {
    id: run.id,
    status,
    ...(message === undefined ? {} : { message: withoutPlaces(message) }),
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    ttlMs: definition?.tool.ttlMs ?? null,
    pollIntervalMs: definition?.tool.pollIntervalMs ?? 1000,
    run,
    ...(definition === undefined ? {} : { definition }),
  }
}

/** Whether a task in this state will never change again. */
export function isFinal(status: TaskStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/** A failure in one line, as callers may see it: what, at which step, and at which place of the definition. */
export function failureLine(failure: Failure): string {
  const { type, message, step, source } = failure
  const where = [
    ...(step === undefined ? [] : [`step "${step}"`]),
    ...(source === undefined ? [] : [`${source.file}:${source.line}:${source.column}`]),
  ]
  return `${type}: ${withoutPlaces(message)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`
}

const messages: Readonly<Record<TaskStatus, (run: Run) => string | undefined>> = {
  working: ({ status, report }) => (status === 'suspended' ? 'Paused by an operator' : report.message),
  input_required: ({ report }) =>
    report.questions?.map(({ prompt }) => prompt).join('; ') || (report.message ?? 'Waiting for an answer'),
  completed: ({ report }) => report.message,
  failed: ({ error }) => (error === undefined ? 'The run failed' : failureLine(error)),
  cancelled: ({ status, error }) =>
    status === 'cancelled' ? error?.message || 'Cancelled' : 'Cancelled; cleaning up',
}

import type { HistoryEntry } from '../client/client.ts'
import type { JsonObject } from '../json.ts'
import { withoutPlaces } from './discretion.ts'
import { discreet, failureRecord } from './outcome.ts'
import type { Task } from './task.ts'

/** A run as resources and companion tools show it. */
export function runView(task: Task): JsonObject {
  const { run, message } = task
  const { questions = [], warnings = [], cancelling } = run.report
  return {
    id: run.id,
    workflow: run.workflow,
    ...(run.version === undefined ? {} : { version: run.version }),
    status: cancelling === true ? 'cancelled' : run.status,
    ...(message === undefined ? {} : { message }),
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    ...(questions.length === 0 ? {} : { questions: questions.map((question) => ({ ...question })) }),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(withoutPlaces) }),
    ...(run.input === undefined ? {} : { input: run.input }),
    ...(run.output === undefined ? {} : { output: run.output }),
    ...(run.error === undefined ? {} : { error: failureRecord(run.error) }),
  }
}

/** The history of a run as resources show it. */
export function historyView(entries: readonly HistoryEntry[]): readonly JsonObject[] {
  return entries.map(({ data, ...entry }) =>
    Object.assign(entry, data === undefined ? {} : { data: discreet(data) }),
  )
}

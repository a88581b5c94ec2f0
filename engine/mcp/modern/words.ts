import type { JsonObject } from '../../json.ts'
import { formOf } from '../elicitation.ts'
import { failureRecord, resultOf } from '../outcome.ts'
import { rpcCodes, rpcError, type RpcError } from '../rpc-error.ts'
import { failureLine, type Task, type TaskStatus } from '../task.ts'
import type { Tool } from '../tool.ts'
import { keyNow } from './asking.ts'

/** The extension of 2026-07-28 that has tasks. */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

/** A task in the words of the extension, without what became of it. */
export type ModernTask = {
  readonly taskId: string
  readonly status: TaskStatus
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly ttlMs: number | null
  readonly pollIntervalMs: number
}

/** A task with its result, its error, or the questions it waits for. */
export type DetailedTask = ModernTask & {
  readonly result?: JsonObject
  readonly error?: JsonObject
  readonly inputRequests?: JsonObject
}

/** `task` as the extension has it. */
export function modernTask(task: Task): ModernTask {
  return {
    taskId: task.id,
    status: statusOf(task),
    ...(task.message === undefined ? {} : { statusMessage: task.message }),
    createdAt: task.createdAt,
    lastUpdatedAt: task.updatedAt,
    ttlMs: task.ttlMs,
    pollIntervalMs: task.pollIntervalMs,
  }
}

/** `task` with all that `tasks/get` tells. */
export function detailedTask(task: Task, inlineLimit: number): DetailedTask {
  const plain = modernTask(task)
  if (plain.status === 'completed') return { ...plain, result: completeResult(task, inlineLimit) }
  if (plain.status === 'failed') return { ...plain, error: protocolError(task) }
  if (plain.status === 'input_required') return { ...plain, inputRequests: inputRequestsOf(task) }
  return plain
}

/** `tool` as 2026-07-28 has it: who needs a task is told by the refusal, not by the tool. */
export function modernTool(tool: Tool): JsonObject {
  const { taskSupport, annotations, ...rest } = tool
  void taskSupport
  return { ...rest, annotations: { ...annotations } }
}

/** What a result says that is not an interim one; clients take anything else for a failure. */
function completeResult(task: Task, inlineLimit: number): JsonObject {
  return { resultType: 'complete', ...resultOf(task, inlineLimit) }
}

/** The error for a client that has to declare the tasks extension for `what`. */
export function missingExtension(what: string): RpcError {
  const remedy = `declare the extension "${tasksExtension}" among the client capabilities of the request`
  return rpcError(-32021, `${what} needs a client that knows tasks: ${remedy}`, {
    requiredCapabilities: { extensions: { [tasksExtension]: {} } },
  })
}

/** A JSON-RPC error as data. */
export type ProtocolError = { readonly code: number; readonly message: string; readonly data?: JsonObject }

/** How a task failed as a JSON-RPC error: its definition or its host is broken, and the call could not be served. */
export function protocolError({ run: { error } }: Task): ProtocolError {
  return {
    code: rpcCodes.internal,
    message: error === undefined ? 'The run failed' : failureLine(error),
    ...(error === undefined ? {} : { data: failureRecord(error) }),
  }
}

/** Whether a failed run could not be served at all, rather than having come to a bad end of its own. */
export function isDefect({ run: { status, error } }: Task): boolean {
  return status === 'failed' && (error === undefined || defects.test(error.type))
}

const defects =
  /^(?:activity\.(?:unknown|invalidInput|invalidOutput)|expression\..*|limit\..*|workflow\.invalidOutput)$/

/** In this era a bad end is a completed call whose result is an error; only what is no result at all has failed. */
function statusOf(task: Task): TaskStatus {
  return task.status === 'failed' && !isDefect(task) ? 'completed' : task.status
}

/** The open questions of a task as requests, by the keys under which they are put. */
export function inputRequestsOf(task: Task): JsonObject {
  return Object.fromEntries(
    (task.run.report.questions ?? []).map((question) => {
      const { message, requestedSchema } = formOf(question)
      return [
        keyNow(question),
        { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } },
      ]
    }),
  )
}

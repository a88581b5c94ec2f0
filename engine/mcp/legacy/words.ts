import type { JsonObject } from '../../json.ts'
import type { ToolResult } from '../outcome.ts'
import type { Task, TaskStatus } from '../task.ts'
import type { Tool } from '../tool.ts'

/** A task in the words of 2025-11-25. A type, not an interface: the SDK takes what has an index signature. */
export type LegacyTask = {
  readonly taskId: string
  readonly status: TaskStatus
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly ttl: number | null
  readonly pollInterval: number
}

/** The `_meta` key that ties an answer to its task. */
export const relatedTask = 'io.modelcontextprotocol/related-task'

/** `task` as 2025-11-25 has it. */
export function legacyTask(task: Task): LegacyTask {
  return {
    taskId: task.id,
    status: task.status,
    ...(task.message === undefined ? {} : { statusMessage: task.message }),
    createdAt: task.createdAt,
    lastUpdatedAt: task.updatedAt,
    ttl: task.ttlMs,
    pollInterval: task.pollIntervalMs,
  }
}

/** `tool` as 2025-11-25 has it. */
export function legacyTool({ taskSupport, ...tool }: Tool): JsonObject {
  return { ...tool, annotations: { ...tool.annotations }, execution: { taskSupport } }
}

/** The answer to `tasks/result`: what `tools/call` would have answered, tied to its task. */
export function taskPayload(
  { _meta: meta, ...result }: ToolResult,
  taskId: string,
): { readonly [key: string]: unknown } {
  return { ...result, _meta: { ...meta, [relatedTask]: { taskId } } }
}

import type { JsonObject } from '../../json.ts'
import { argumentsOf, idempotencyKeyOf, stillRunning, textParam } from '../call.ts'
import type { Answer } from '../chain.ts'
import { resultOf } from '../outcome.ts'
import { rpcCodes, rpcError } from '../rpc-error.ts'
import type { Settings } from '../settings.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'
import { extraToolNamed } from '../toolbox.ts'
import type { Extra } from './register.ts'
import { legacyTask } from './words.ts'

/** What a call needs of the session that it came over. */
export interface Line {
  readonly core: TaskCore
  readonly settings: Settings
  /** By what every server finds the tasks of this session, if it is one that several may serve. */
  tagsOf(progressToken?: string | number): Readonly<Record<string, string>>
  /** Tells the client of a task from now on. */
  follow(task: Task, caller: Caller, progressToken?: string | number): void
  /** Waits for the end of a task, with the request's own stream to tell and ask over. */
  settle(task: Task, caller: Caller, extra: Extra, signal: AbortSignal): Promise<Task>
}

/** Answers `tools/call`: with a task where one is wanted, with a result where not. */
export async function callTool(
  params: JsonObject,
  caller: Caller,
  extra: Extra,
  line: Line,
): Promise<Answer> {
  const { core, settings } = line
  const name = textParam(params, 'name')
  const given = argumentsOf(params['arguments'] ?? {})
  const waits = params['task'] === undefined
  const extraTool = extraToolNamed(name, settings)
  if (extraTool !== undefined) {
    if (waits) return await extraTool.call(core, given, caller)
    throw rpcError(rpcCodes.methodNotFound, `Tool "${name}" answers at once: call it without "task"`)
  }
  const { tool } = core.definitionFor(name)
  if (waits && tool.taskSupport === 'required' && settings.onNonTaskClient === 'reject')
    throw rpcError(
      rpcCodes.methodNotFound,
      `Tool "${name}" runs as a task: send tools/call with "task": {} among its params, then ask tasks/get and tasks/result`,
    )
  const { _meta: meta } = extra
  const task = await core.start(name, given, caller, idempotencyKeyOf(meta), line.tagsOf(meta?.progressToken))
  line.follow(task, caller, meta?.progressToken)
  if (!waits) return { task: legacyTask(task), _meta: immediately(task) }
  return await wait(task, caller, extra, line)
}

/** Answers a call without a task: with the result, or after a while with where to find it. */
async function wait(task: Task, caller: Caller, extra: Extra, line: Line): Promise<Answer> {
  const limit = AbortSignal.timeout(line.settings.waitLimitMs)
  try {
    const settled = await line.settle(task, caller, extra, AbortSignal.any([extra.signal, limit]))
    return resultOf(settled, line.settings.inlineLimit)
  } catch (error) {
    // The client took its request back, and has no other way to stop what it started.
    if (typeof extra.signal.reason === 'string')
      await line.core.requestCancel(task.id, caller, 'The client cancelled its request')
    if (extra.signal.aborted || !limit.aborted) throw error
    return stillRunning(task)
  }
}

/** What the model may be told before there is a result. */
function immediately(task: Task): JsonObject {
  return {
    'io.modelcontextprotocol/model-immediate-response': `"${task.run.workflow}" has started as task ${task.id}`,
  }
}

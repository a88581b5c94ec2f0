import {
  CLIENT_CAPABILITIES_META_KEY,
  type Result,
  type Server,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server'
import { isJsonObject, toJson, type JsonObject } from '../../json.ts'
import { argumentsOf, idempotencyKeyOf, stillRunning } from '../call.ts'
import { resultOf } from '../outcome.ts'
import { readingMethods } from '../reading.ts'
import { passOn } from '../reply.ts'
import { rpcCodes, rpcError, toRpcError } from '../rpc-error.ts'
import type { Settings } from '../settings.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'
import { allTools, extraToolNamed } from '../toolbox.ts'
import type { Asking } from './asking.ts'
import { TaskServer } from './task-server.ts'
import {
  detailedTask,
  isDefect,
  missingExtension,
  modernTask,
  modernTool,
  protocolError,
  tasksExtension,
} from './words.ts'

/** All that one request of 2026-07-28 is answered with: the era has no sessions. */
export interface ModernParts {
  readonly core: TaskCore
  readonly settings: Settings
  readonly asking: Asking
}

/** A server of 2026-07-28 with the tasks extension; cheap, because the SDK wants one per request. */
export function modernServer({ core, settings, asking }: ModernParts): Server {
  const server = new TaskServer(
    { name: 'longhaul', title: 'Longhaul', version: settings.version },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: {},
        completions: {},
        extensions: { [tasksExtension]: {} },
      },
      instructions: settings.instructions,
    },
  )
  const serve = (
    method: string,
    answer: (params: JsonObject, context: ServerContext) => Promise<Result>,
  ): void =>
    server.setRequestHandler(method, { params: anyParams }, async (params, context) => {
      try {
        return await answer(params, context)
      } catch (error) {
        throw toRpcError(error, settings.onError)
      }
    })
  const serveTask = (
    method: string,
    answer: (task: Task, caller: Caller, context: ServerContext) => Promise<Result>,
  ): void =>
    serve(method, async ({ taskId }, context) => {
      if (!knowsTasks(context)) throw missingExtension(method)
      if (typeof taskId !== 'string')
        throw rpcError(rpcCodes.invalidParams, 'Invalid params: taskId must be a string')
      const caller = callerOf(context)
      return await answer(await core.get(taskId, caller), caller, context)
    })
  serve('tools/list', async () => ({ tools: allTools(core, settings).map(modernTool) }))
  serve('tools/call', (params, context) => call(params, context, core, settings))
  for (const [method, answer] of Object.entries(readingMethods))
    serve(method, (params, context) => answer(core, params, callerOf(context)))
  serveTask('tasks/get', async (task) => detailedTask(task, asking, settings.inlineLimit))
  serveTask('tasks/cancel', async (task, caller) => {
    await core.requestCancel(task.id, caller, 'Cancelled by the client')
    return {}
  })
  serveTask('tasks/update', async (task, caller, { mcpReq: { inputResponses = {} } }) => {
    await update(task, caller, inputResponses, core, asking)
    return {}
  })
  return server
}

async function call(
  { name, arguments: args }: JsonObject,
  context: ServerContext,
  core: TaskCore,
  settings: Settings,
): Promise<Result> {
  if (typeof name !== 'string')
    throw rpcError(rpcCodes.invalidParams, 'Invalid params: name must be a string')
  const extraTool = extraToolNamed(name, settings)
  if (extraTool !== undefined) return await extraTool.call(core, argumentsOf(args ?? {}), callerOf(context))
  const { tool } = core.definitionFor(name)
  const asTask = knowsTasks(context)
  if (!asTask && tool.taskSupport === 'required' && settings.onNonTaskClient === 'reject')
    throw missingExtension(`Tool "${name}"`)
  const caller = callerOf(context)
  const { _meta: meta } = context.mcpReq
  const task = await core.start(name, argumentsOf(args ?? {}), caller, idempotencyKeyOf(meta))
  if (asTask) return { resultType: 'task', ...modernTask(task) }
  return await waitFor(task, caller, context, core, settings)
}

/** Answers a call without a task: with the result, or after a while with where to find it. */
async function waitFor(
  task: Task,
  caller: Caller,
  { mcpReq: { signal } }: ServerContext,
  core: TaskCore,
  settings: Settings,
): Promise<Result> {
  const limit = AbortSignal.timeout(settings.waitLimitMs)
  try {
    const settled = await core.settle(task.id, caller, AbortSignal.any([signal, limit]))
    if (!isDefect(settled)) return { ...resultOf(settled, settings.inlineLimit) }
    const { message, data } = protocolError(settled)
    throw rpcError(rpcCodes.internal, message, data)
  } catch (error) {
    if (signal.aborted || !limit.aborted) throw error
    return { ...stillRunning(task) }
  }
}

/** Passes on the answers to questions that are open; a wrong one is put again, with the reason, under a new key. */
async function update(
  task: Task,
  caller: Caller,
  responses: Readonly<Record<string, unknown>>,
  core: TaskCore,
  asking: Asking,
): Promise<void> {
  for (const [key, response] of Object.entries(responses)) {
    const question = asking.questionFor(key, task.run.report.questions ?? [])
    const reply = toJson(response)
    if (question === undefined || !isJsonObject(reply)) continue
    const { action, content } = reply
    if (action !== 'accept' && action !== 'decline' && action !== 'cancel')
      throw rpcError(
        rpcCodes.invalidParams,
        `The response to "${key}" needs the action accept, decline or cancel`,
      )
    const effect = await passOn(core, caller, task.id, question, { action, content: argumentsOf(content) })
    if (effect.is === 'refused') asking.refuse(task.id, question, effect.complaint)
  }
}

/** Whether the `_meta` of a request declares the tasks extension. */
export function declaresTasks(meta: unknown): boolean {
  const capabilities = argumentsOf(meta ?? {})[CLIENT_CAPABILITIES_META_KEY]
  const extensions = isJsonObject(capabilities) ? capabilities['extensions'] : undefined
  return isJsonObject(extensions) && extensions[tasksExtension] !== undefined
}

function knowsTasks({ mcpReq: { envelope } }: ServerContext): boolean {
  return declaresTasks(envelope)
}

function callerOf({ http }: ServerContext): Caller {
  return http?.authInfo === undefined ? {} : { principal: http.authInfo.clientId }
}

/** The SDK would type what we send down to the last array; our own types say enough, so we take params as data. */
const anyParams: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': { version: 1, vendor: 'longhaul', validate: (value) => ({ value: argumentsOf(value) }) },
}

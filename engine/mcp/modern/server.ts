import type { Result, Server, ServerContext, StandardSchemaV1 } from '@modelcontextprotocol/server'
import type { JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import { readingMethods } from '../reading.ts'
import { rpcCodes, rpcError, toRpcError } from '../rpc-error.ts'
import type { Caller } from '../task-core.ts'
import type { Task } from '../task.ts'
import { allTools } from '../toolbox.ts'
import { callTool } from './call.ts'
import type { ModernParts } from './parts.ts'
import { callerOf, knowsTasks } from './request.ts'
import { TaskServer } from './task-server.ts'
import { update } from './update.ts'
import { detailedTask, missingExtension, modernTool, tasksExtension } from './words.ts'

/** A server of 2026-07-28 with the tasks extension; cheap, because the SDK wants one per request. */
export function modernServer(parts: ModernParts): Server {
  const { core, settings, asking } = parts
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
  serve('tools/call', (params, context) => callTool(params, context, parts))
  for (const [method, answer] of readingMethods)
    serve(method, (params, context) => answer(core, params, callerOf(context)))
  serveTask('tasks/get', async (task) => detailedTask(task, asking, settings.inlineLimit))
  serveTask('tasks/cancel', async (task, caller) => {
    await core.requestCancel(task.id, caller, 'Cancelled by the client')
    return {}
  })
  serveTask('tasks/update', async (task, caller, { mcpReq: { inputResponses = {} } }) => {
    await update(task, caller, inputResponses, parts)
    return {}
  })
  return server
}

/** The SDK would type what we send down to the last array; our own types say enough, so we take params as data. */
const anyParams: StandardSchemaV1<unknown, JsonObject> = {
  '~standard': { version: 1, vendor: 'longhaul', validate: (value) => ({ value: argumentsOf(value) }) },
}

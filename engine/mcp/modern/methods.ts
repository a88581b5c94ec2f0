import type { Result, ServerContext } from '@modelcontextprotocol/server'
import type { JsonObject } from '../../json.ts'
import { textParam } from '../call.ts'
import { readingMethods } from '../reading.ts'
import { rpcCodes, rpcError, toRpcError } from '../rpc-error.ts'
import type { Caller } from '../task-core.ts'
import type { Task } from '../task.ts'
import { allTools } from '../toolbox.ts'
import { callTool } from './call.ts'
import type { ModernParts } from './parts.ts'
import { callerOf, knowsTasks } from './request.ts'
import { update } from './update.ts'
import { detailedTask, missingExtension, modernTool } from './words.ts'

/** How a method of 2026-07-28 is answered. */
export type ModernMethod = (params: JsonObject, context: ServerContext) => Promise<Result>

/** Every method that we answer. */
export function modernMethods(parts: ModernParts): ReadonlyMap<string, ModernMethod> {
  const { core, settings } = parts
  const methods: readonly (readonly [string, ModernMethod])[] = [
    ['tools/list', async () => ({ tools: allTools(core, settings).map(modernTool) })],
    ['tools/call', (params, context) => callTool(params, context, parts)],
    ...readingMethods.map(
      ([method, answer]) =>
        [
          method,
          (params: JsonObject, context: ServerContext) => answer(core, params, callerOf(context)),
        ] as const,
    ),
    onTask('tasks/get', parts, async (task) => detailedTask(task, settings.inlineLimit)),
    onTask('tasks/cancel', parts, async (task, caller) => {
      await core.requestCancel(task.id, caller, 'Cancelled by the client')
      return {}
    }),
    onTask('tasks/update', parts, async (task, caller, { mcpReq }) => {
      const { inputResponses, droppedInputResponseKeys: [misshapen] = [] } = mcpReq
      if (inputResponses === undefined || misshapen !== undefined)
        throw rpcError(
          rpcCodes.invalidParams,
          'Invalid params: inputResponses must be an object, and under each key of inputRequests that is answered hold ' +
            `one like {"action": "accept", "content": {…}}${misshapen === undefined ? '' : `; see "${misshapen}"`}`,
        )
      await update(task, caller, inputResponses, parts)
      return {}
    }),
  ]
  return new Map(methods.map(([method, answer]) => [method, discreetly(answer, parts)]))
}

function onTask(
  method: string,
  { core }: ModernParts,
  answer: (task: Task, caller: Caller, context: ServerContext) => Promise<Result>,
): readonly [string, ModernMethod] {
  return [
    method,
    async (params, context) => {
      if (!knowsTasks(context)) throw missingExtension(method)
      const caller = callerOf(context)
      return await answer(await core.get(textParam(params, 'taskId'), caller), caller, context)
    },
  ]
}

function discreetly(answer: ModernMethod, { settings }: ModernParts): ModernMethod {
  return async (params, context) => {
    try {
      return await answer(params, context)
    } catch (error) {
      throw toRpcError(error, settings.onError)
    }
  }
}

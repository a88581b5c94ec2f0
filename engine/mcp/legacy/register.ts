import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  CallToolRequestSchema,
  CancelTaskRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  GetTaskPayloadRequestSchema,
  GetTaskRequestSchema,
  ListPromptsRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListResourcesRequestSchema,
  ListTasksRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
  type Notification,
  type Request as SdkRequest,
} from '@modelcontextprotocol/sdk/types.js'
import { handlersOf, type Answer, type Request } from '../chain.ts'
import type { ReadingMethod } from '../reading.ts'
import { inALine } from '../rpc-error.ts'

/** What the SDK tells a handler beside the request. */
export type Extra = RequestHandlerExtra<SdkRequest, Notification>

/** A method of 2025-11-25 that we answer. */
export type LegacyMethod =
  | ReadingMethod
  | 'tools/list'
  | 'tools/call'
  | 'tasks/get'
  | 'tasks/result'
  | 'tasks/list'
  | 'tasks/cancel'
  | 'resources/subscribe'
  | 'resources/unsubscribe'

/** The SDK checks a request by the schema of its method. */
const schemas = {
  'tools/list': ListToolsRequestSchema,
  'tools/call': CallToolRequestSchema,
  'tasks/get': GetTaskRequestSchema,
  'tasks/result': GetTaskPayloadRequestSchema,
  'tasks/list': ListTasksRequestSchema,
  'tasks/cancel': CancelTaskRequestSchema,
  'resources/list': ListResourcesRequestSchema,
  'resources/templates/list': ListResourceTemplatesRequestSchema,
  'resources/read': ReadResourceRequestSchema,
  'resources/subscribe': SubscribeRequestSchema,
  'resources/unsubscribe': UnsubscribeRequestSchema,
  'prompts/list': ListPromptsRequestSchema,
  'prompts/get': GetPromptRequestSchema,
  'completion/complete': CompleteRequestSchema,
}

/** Has the SDK answer `method` with what `answer` gives; params that do not fit its schema are invalid, and no fault of ours. */
export function register(
  server: Server,
  method: LegacyMethod,
  answer: (request: Request, extra: Extra) => Promise<Answer>,
): void {
  server.setRequestHandler(schemas[method], answer)
  const handlers = handlersOf(server)
  const checked = handlers.get(method)
  if (checked === undefined) return
  handlers.set(method, async (request, extra) => {
    try {
      return await checked(request, extra)
    } catch (error) {
      throw inALine(error)
    }
  })
}

import type { McpHttpHandler, Server } from '@modelcontextprotocol/server'
import { toJson } from '../../json.ts'
import { handlersOf } from '../chain.ts'
import { ModernEndpoint } from './http.ts'
import type { ModernParts } from './parts.ts'
import { addMethods } from './server.ts'

/** Whether `server` is a low-level server of the SDK's second line, of whatever copy of the package. */
export function isModernServer(server: object): server is Server {
  return 'registerCapabilities' in server && 'projectCallToolResult' in server
}

/** Adds our tools, tasks, resources and prompts to a server, each time it is connected. */
export function attachModern(server: Server, parts: ModernParts): void {
  const connect = server.connect.bind(server)
  let handlers: ReturnType<typeof handlersOf> | undefined
  server.connect = async (transport) => {
    // Theirs as they are before the first connection: a server that is connected again has ours in their place.
    handlers ??= new Map(handlersOf(server))
    addMethods(server, handlers, parts)
    await connect(transport)
  }
}

/** An HTTP endpoint whose servers we are attached to, and what we make of it. */
export type Pushing = (handler: McpHttpHandler) => McpHttpHandler

/** Has `handler` tell of tasks, runs and changed tools over `subscriptions/listen`: its own router drops what it does not know. */
export function pushingOver(handler: McpHttpHandler, { core, settings }: ModernParts): McpHttpHandler {
  const endpoint = new ModernEndpoint(core, settings, handler)
  return {
    ...handler,
    fetch: async (request, options = {}) => {
      const body = options.parsedBody ?? (await bodyOf(request))
      const { authInfo } = options
      const caller = authInfo === undefined ? {} : { principal: authInfo.clientId }
      return await endpoint.handle({ request, body: toJson(body) }, caller, options)
    },
    close: () => endpoint.close(),
  }
}

/** A copy of the body, when it is JSON; what it is else, `handler` refuses. */
async function bodyOf(request: Request): Promise<unknown> {
  if (request.method !== 'POST') return undefined
  return await request
    .clone()
    .json()
    .catch(() => undefined)
}

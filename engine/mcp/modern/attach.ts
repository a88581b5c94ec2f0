import type { Server } from '@modelcontextprotocol/server'
import { handlersOf } from '../chain.ts'
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

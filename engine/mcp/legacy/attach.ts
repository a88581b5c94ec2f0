import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { handlersOf } from '../chain.ts'
import type { Settings } from '../settings.ts'
import type { TaskCore } from '../task-core.ts'
import { LegacySession } from './session.ts'

/** Whether `server` is a low-level server of the SDK's first line, of whatever copy of the package. */
export function isLegacyServer(server: object): server is Server {
  return (
    'registerCapabilities' in server &&
    'getClientCapabilities' in server &&
    !('projectCallToolResult' in server)
  )
}

/** Adds our tools, tasks, resources and prompts to a server, each time it is connected. */
export function attachLegacy(server: Server, core: TaskCore, settings: Settings): void {
  const connect = server.connect.bind(server)
  let handlers: ReturnType<typeof handlersOf> | undefined
  server.connect = async (transport) => {
    // Theirs as they are before the first connection: a server that is connected again has ours in their place.
    handlers ??= new Map(handlersOf(server))
    const session = new LegacySession(core, settings, { server, handlers })
    await session.connect(transport, connect)
    // Whether a stream is open is the transport's to know; what is sent over none is lost, and asked for again.
    session.openPush()
  }
}

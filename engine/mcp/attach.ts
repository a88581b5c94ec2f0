import { EngineError } from '../error.ts'
import { attachLegacy, isLegacyServer } from './legacy/attach.ts'
import { attachModern, isModernServer, pushingOver, type Pushing } from './modern/attach.ts'
import { settingsOf } from './settings.ts'
import type { McpHost, McpOptions } from './source.ts'
import { TaskCore } from './task-core.ts'

/** Workflows that other people's MCP servers can offer beside what is their own. */
export interface Attachment {
  /**
   * Adds the tools, tasks, resources and prompts of the workflows to a server, low-level or `McpServer`, of either SDK.
   * What is not about workflows goes to the handlers that the server has; a name that both have is ours. Attach before
   * the server is connected, and register everything else before that too.
   */
  attach(server: object): void
  /**
   * Has an HTTP endpoint of the newer line, whose servers we are attached to, push: serve what this gives in its place.
   * Without it, and over stdio, clients ask how their tasks stand.
   */
  readonly pushing: Pushing
  /** Ends what is being watched for clients. */
  close(): void
}

/** Prepares the workflows of `host` for servers that exist already. */
export function attachmentOf(host: McpHost, options: McpOptions = {}): Attachment {
  const settings = settingsOf(options)
  const core = new TaskCore(host)
  return {
    attach: (server) => {
      const lowLevel = lowLevelOf(server)
      if (isModernServer(lowLevel)) attachModern(lowLevel, { core, settings })
      else if (isLegacyServer(lowLevel)) attachLegacy(lowLevel, core, settings)
      else
        throw new EngineError(
          'usage',
          'This is no server of @modelcontextprotocol/sdk or @modelcontextprotocol/server',
        )
    },
    pushing: (handler) => pushingOver(handler, { core, settings }),
    close: () => core.close(),
  }
}

/** The server inside an `McpServer`, or the server itself. */
function lowLevelOf(server: object): object {
  const inner: unknown = Reflect.get(server, 'server')
  return typeof inner === 'object' && inner !== null ? inner : server
}

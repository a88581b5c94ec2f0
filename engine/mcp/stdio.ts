import { stdin, stdout } from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { connectLegacyStdio } from './legacy/stdio.ts'
import { settingsOf } from './settings.ts'
import type { McpHost, McpOptions } from './source.ts'
import { TaskCore } from './task-core.ts'

/** Which pipes to speak over; default: those of the process. */
export interface StdioOptions extends McpOptions {
  readonly input?: Readable
  readonly output?: Writable
}

/** A server that speaks over a pair of pipes. */
export interface StdioServer {
  /** Resolves when the client has closed its end, or the server was closed. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** Serves MCP over stdin and stdout, until stdin ends. */
export async function serveStdio(host: McpHost, options: StdioOptions = {}): Promise<StdioServer> {
  const input = options.input ?? stdin
  const core = new TaskCore(host)
  const served = await connectLegacyStdio(core, settingsOf(options), input, options.output ?? stdout)
  return {
    close: () => served.close(),
    closed: served.closed.then(() => core.close()),
  }
}

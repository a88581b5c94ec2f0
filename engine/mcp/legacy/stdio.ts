import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Settings } from '../settings.ts'
import type { TaskCore } from '../task-core.ts'
import { LegacySession } from './session.ts'

/** How long answers may take once the client has said its last word. */
const quietMs = 1000

/** Serves one client of 2025-11-25 or older over a pair of pipes, until `input` ends. */
export async function connectLegacyStdio(
  core: TaskCore,
  settings: Settings,
  input: Readable,
  output: Writable,
): Promise<{ readonly closed: Promise<void>; close(): Promise<void> }> {
  const session = new LegacySession(core, settings)
  const transport = new StdioServerTransport(input, output)
  await session.server.connect(transport)
  session.openPush()
  const close = (): Promise<void> => session.server.close()
  const closed = new Promise<void>((resolve) => session.onClose(resolve))
  void once(input, 'end')
    .then(() => session.quiet(quietMs))
    .then(close, close)
  output.once('error', () => void close())
  return { closed, close }
}

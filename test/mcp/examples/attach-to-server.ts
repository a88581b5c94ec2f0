// A server with a tool of its own, and every workflow of a folder beside it, over stdio.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { openEngine } from '../../../engine/index.ts'
import { attachmentOf, hostOf } from '../../../engine/mcp/door.ts'

const [definitions = 'definitions', data = '.longhaul'] = process.argv.slice(2)
const engine = await openEngine({ definitions, data })
const workflows = attachmentOf(hostOf(engine))

const server = new McpServer({ name: 'mine', version: '1.0.0' })
server.registerTool('time', { description: 'Tells the time' }, () => ({
  content: [{ type: 'text', text: new Date().toISOString() }],
}))
workflows.attach(server)
await server.connect(new StdioServerTransport())

process.stdin.once('end', () => void stop())

async function stop(): Promise<void> {
  await server.close()
  workflows.close()
  await engine.stop()
}

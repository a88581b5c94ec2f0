// A server that uses the SDK's own experimental tasks, with runs of workflows as what they stand for, over stdio.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { openEngine } from '../../../engine/index.ts'
import { DurableTaskStore, hostOf } from '../../../engine/mcp/door.ts'

const [definitions = 'definitions', data = '.longhaul'] = process.argv.slice(2)
const engine = await openEngine({ definitions, data })
const taskStore = new DurableTaskStore(hostOf(engine))

const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } }
const server = new McpServer({ name: 'mine', version: '1.0.0' }, { capabilities: { tasks }, taskStore })
server.experimental.tasks.registerToolTask(
  'greet',
  { description: 'Greets', execution: { taskSupport: 'required' } },
  {
    createTask: async (extra) => ({ task: await extra.taskStore.createTask({}) }),
    getTask: (extra) => extra.taskStore.getTask(extra.taskId),
    getTaskResult: async (extra) => ({ content: [], ...(await extra.taskStore.getTaskResult(extra.taskId)) }),
  },
)
await server.connect(new StdioServerTransport())

process.stdin.once('end', () => void stop())

async function stop(): Promise<void> {
  await server.close()
  taskStore.close()
  await engine.stop()
}

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, CreateTaskResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { serveForBench } from './mcp-server.ts'
import { summary, type Fact } from './report.ts'

const alone = 200
const together = 100

/** W7: what a client of the MCP SDK waits for, `longhaul serve` being a process of its own. */
export async function measureWire(): Promise<Fact[]> {
  const server = await serveForBench()
  const client = new Client({ name: 'longhaul-bench', version: '1.0.0' }, { capabilities: {} })
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)))
    for (let n = 0; n < 50; n += 1) await callOne(client, n) // not counted: code is compiled
    const single: number[] = []
    for (let n = 0; n < alone; n += 1) single.push(await callOne(client, n))
    const crowds: number[] = []
    for (let time = 0; time < 5; time += 1) {
      const began = performance.now()
      await Promise.all(Array.from({ length: together }, (_, n) => callOne(client, n)))
      crowds.push(performance.now() - began)
    }
    return [
      {
        id: 'W7',
        title: 'tools/call as a task → result over HTTP, one step',
        unit: 'ms',
        value: summary(single),
      },
      {
        id: 'W7',
        title: `${together} of them at once, until all have ended`,
        unit: 'ms',
        value: summary(crowds),
      },
    ]
  } finally {
    await client.close()
    await server.stop()
  }
}

/** Starts a task, and asks for its result at once: the answer comes when the run has ended. */
async function callOne(client: Client, n: number): Promise<number> {
  const began = performance.now()
  const params = { name: 'one', arguments: { n }, task: {} }
  const { task } = await client.request({ method: 'tools/call', params }, CreateTaskResultSchema)
  const result = await client.experimental.tasks.getTaskResult(task.taskId, CallToolResultSchema)
  const took = performance.now() - began
  const given = result.structuredContent?.['result']
  if (given !== n + 1) throw new Error(`A task gave ${JSON.stringify(result)} instead of ${n + 1}`)
  return took
}

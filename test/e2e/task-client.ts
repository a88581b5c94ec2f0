import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CallToolResultSchema,
  CreateTaskResultSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { onTestFinished } from 'vitest'

/** A real MCP client of the task era 2025-11-25 that calls tools as tasks. */
export interface TaskClient {
  /** Gives the task id. */
  start(tool: string, input: object): Promise<string>
  /** The structured result of a task that must succeed. */
  result(taskId: string): Promise<unknown>
  /** The text of a task that must fail. */
  failure(taskId: string): Promise<string>
  /** Everything the server has sent, as text. */
  heard(): string
  /** Resolves when the server next says that its tools have changed. */
  toolsChanged(): Promise<void>
}

export async function legacyClient(url: string): Promise<TaskClient> {
  const client = new Client({ name: 'e2e', version: '1.0.0' }, { capabilities: {} })
  const transport = new StreamableHTTPClientTransport(new URL(url))
  await client.connect(transport)
  const heard: string[] = []
  const { onmessage } = transport
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport of the SDK has no other way in
  transport.onmessage = (message) => {
    heard.push(JSON.stringify(message))
    onmessage?.(message)
  }
  onTestFinished(() => client.close().catch(() => {})) // its server may have been killed
  const payload = (
    taskId: string,
  ): Promise<{ isError?: boolean | undefined; structuredContent?: unknown; content: unknown }> =>
    client.request({ method: 'tasks/result', params: { taskId } }, CallToolResultSchema, { timeout: 25_000 })
  return {
    start: async (tool, input) => {
      const params = { name: tool, arguments: { ...input }, task: {} }
      const { task } = await client.request({ method: 'tools/call', params }, CreateTaskResultSchema)
      return task.taskId
    },
    result: async (taskId) => {
      const { isError, structuredContent, content } = await payload(taskId)
      if (isError) throw new Error(JSON.stringify(content))
      return structuredContent
    },
    failure: async (taskId) => {
      const { isError, content } = await payload(taskId)
      if (!isError) throw new Error(`It did not fail: ${JSON.stringify(content)}`)
      return JSON.stringify(content)
    },
    heard: () => heard.join('\n'),
    toolsChanged: () =>
      new Promise((resolve) => {
        client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve())
      }),
  }
}

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CreateTaskResultSchema,
  ElicitRequestSchema,
  ResourceUpdatedNotificationSchema,
  TaskStatusNotificationSchema,
  ToolListChangedNotificationSchema,
  ResultSchema,
  type ElicitResult,
  type Task,
} from '@modelcontextprotocol/sdk/types.js'

/** The result of a raw request: a test knows what it asked for. */
// eslint-disable-next-line typescript/no-explicit-any
export type Answer = Record<string, any>

/** What a legacy client was told and asked, in order, with a way to wait for it. */
export interface LegacyClient extends AsyncDisposable {
  readonly client: Client
  readonly told: readonly Task[]
  readonly asked: readonly { readonly message: string; readonly schema: unknown }[]
  readonly updated: readonly string[]
  readonly listChanges: () => number
  /** Resolves with the first match among `read()`, looked at after each message. */
  until<T>(read: () => T | undefined): Promise<T>
  /** A raw request; resolves with its result. */
  request(method: string, params?: Record<string, unknown>): Promise<Answer>
  /** Starts a task. */
  start(name: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Task>
}

/** A client of the SDK's first line that answers questions with `answer`; without it, it cannot be asked. */
export async function connectLegacy(
  where: string | Transport,
  answer?: (message: string, count: number) => ElicitResult | Promise<ElicitResult>,
  headers: Record<string, string> = {},
): Promise<LegacyClient> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: answer === undefined ? {} : { elicitation: { form: {} } } },
  )
  const told: Task[] = []
  const asked: { message: string; schema: unknown }[] = []
  const updated: string[] = []
  let changes = 0
  const looks = new Set<() => void>()
  const look = (): void => {
    for (const each of looks) each()
  }
  client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => {
    told.push(params)
    look()
  })
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    updated.push(params.uri)
    look()
  })
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    changes += 1
    look()
  })
  if (answer !== undefined)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push({
        message: params.message,
        schema: 'requestedSchema' in params ? params.requestedSchema : null,
      })
      look()
      return await answer(params.message, asked.length)
    })
  const transport =
    typeof where === 'string'
      ? new StreamableHTTPClientTransport(new URL(where), { requestInit: { headers } })
      : where
  await client.connect(transport)
  const request = (method: string, params?: Record<string, unknown>): Promise<Answer> =>
    client.request({ method, ...(params === undefined ? {} : { params }) }, ResultSchema)
  return {
    client,
    told,
    asked,
    updated,
    listChanges: () => changes,
    until: (read) =>
      new Promise((resolve) => {
        const each = (): void => {
          const found = read()
          if (found === undefined) return
          looks.delete(each)
          resolve(found)
        }
        looks.add(each)
        each()
      }),
    request,
    start: async (name, args = {}, meta) => {
      const params = { name, arguments: args, task: {}, ...(meta === undefined ? {} : { _meta: meta }) }
      return (await client.request({ method: 'tools/call', params }, CreateTaskResultSchema)).task
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}

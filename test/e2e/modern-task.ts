import type { Answer } from '../mcp/support/legacy-client.ts'
import { listen, raw } from '../mcp/support/modern-client.ts'

/** The result of a request of 2026-07-28; throws what it was refused with. */
export async function ask(url: string, method: string, params: Record<string, unknown>): Promise<Answer> {
  const { result, error } = await raw(url, method, params)
  if (result === undefined) throw new Error(JSON.stringify(error))
  return result
}

/** Starts a task and gives its id; the same `key` gives the same task. */
export async function begin(url: string, name: string, key?: string): Promise<string> {
  const meta = key === undefined ? {} : { _meta: { 'longhaul/idempotencyKey': key } }
  return (await ask(url, 'tools/call', { name, arguments: {}, ...meta }))['taskId']
}

/** What a listener is told of a task, up to the first that is as wanted. */
export async function hear(
  url: string,
  taskId: string,
  isEnough: (task: Answer) => boolean,
): Promise<readonly Answer[]> {
  const heard: Answer[] = []
  for await (const { method, params } of listen(url, { taskIds: [taskId] })) {
    if (method !== 'notifications/tasks') continue
    heard.push(params)
    if (isEnough(params)) return heard
  }
  throw new Error(`The stream ended after ${JSON.stringify(heard)}`)
}

/** The task once it is in this state. */
export async function once(url: string, taskId: string, wanted: string): Promise<Answer> {
  return (await hear(url, taskId, ({ status }) => status === wanted)).at(-1) ?? {}
}

/** Accepts whatever the task asks, by the keys of its open questions. */
export async function accept(url: string, { taskId, inputRequests }: Answer, answer: string): Promise<void> {
  const response = { action: 'accept', content: { answer } }
  const keys = Object.keys(inputRequests)
  const inputResponses = Object.fromEntries(keys.map((key) => [key, response]))
  await ask(url, 'tasks/update', { taskId, inputResponses })
}

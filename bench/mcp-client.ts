import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { isJsonObject, toJson, type Json, type JsonObject } from '../engine/json.ts'

/** A session of 2025-11-25. */
export interface Session {
  /** Calls a tool as a task and gives its result, as soon as there is one. */
  call(tool: string, args: JsonObject): Promise<Json | undefined>
}

const shared = new Agent({ keepAlive: true })
let lastId = 0

/** Opens a session, by hand: the client of an SDK would be measured too. */
export async function openSession(url: string): Promise<Session> {
  const clientInfo = { name: 'bench', version: '1' }
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const { session } = await send(url, 'initialize', params, {})
  const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  return {
    call: async (name, args) => {
      const created = await send(url, 'tools/call', { name, arguments: args, task: {} }, headers)
      const taskId = objectOf(created.result['task'])['taskId'] ?? null
      const { result } = await send(url, 'tasks/result', { taskId }, headers)
      return objectOf(result['structuredContent'])['result']
    },
  }
}

/** Starts a task of 2026-07-28 and gives its id. */
export async function startTask(url: string, name: string): Promise<string> {
  const { taskId } = await modern(url, 'tools/call', { name, arguments: {} }, name)
  if (typeof taskId !== 'string') throw new Error(`"${name}" gave no task`)
  return taskId
}

/** Asks over a connection of one's own how a task of 2026-07-28 stands. */
export function poller(url: string, taskId: string): () => Promise<Json | undefined> {
  const own = new Agent({ keepAlive: true, maxSockets: 1 })
  return async () => (await modern(url, 'tasks/get', { taskId }, taskId, own))['status']
}

async function modern(
  url: string,
  method: string,
  params: JsonObject,
  name: string,
  agent: Agent = shared,
): Promise<JsonObject> {
  const version = '2026-07-28'
  const meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
  }
  const headers = { 'mcp-protocol-version': version, 'mcp-method': method, 'mcp-name': name }
  return (await send(url, method, { ...params, _meta: meta }, headers, agent)).result
}

async function send(
  url: string,
  method: string,
  params: JsonObject,
  headers: Readonly<Record<string, string>>,
  agent: Agent = shared,
): Promise<{ readonly result: JsonObject; readonly session: string }> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params })
  return await new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    })
    sent.once('error', reject).once('response', (response) => {
      const session = String(response.headers['mcp-session-id'])
      text(response)
        .then((answer) => resolve({ result: resultIn(answer), session }))
        .catch(reject)
    })
    sent.end(body)
  })
}

/** The result in an answer, plain or the last event of a stream. */
function resultIn(answer: string): JsonObject {
  const data = answer.startsWith('{')
    ? answer
    : answer.split('\n').findLast((line) => line.startsWith('data: {'))
  const { result } = objectOf(toJson(JSON.parse(data?.replace(/^data: /, '') ?? 'null')))
  if (!isJsonObject(result)) throw new Error(`That is no result: ${answer}`)
  return result
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  createApplicationInputHandler,
  createTaskSessionFromClient,
} from '@modelcontextprotocol/ext-tasks/client'
import type { Answer } from './legacy-client.ts'

const info = { name: 'test', version: '1.0.0' }
/** The capabilities of a client that knows tasks. */
export const tasks = { extensions: { 'io.modelcontextprotocol/tasks': {} } } as const

let lastId = 0

/** A JSON-RPC error or result, and the HTTP status it came with. */
export interface Raw {
  readonly status: number
  readonly result?: Answer
  readonly error?: Answer
}

/** One request of 2026-07-28, written by hand. */
export async function raw(
  url: string,
  method: string,
  params: Record<string, unknown> = {},
  {
    capabilities = tasks,
    headers = {},
  }: { readonly capabilities?: object; readonly headers?: Record<string, string> } = {},
): Promise<Raw> {
  const response = await send(url, method, params, capabilities, headers)
  const text = await response.text()
  const isStream = response.headers.get('content-type')?.includes('event-stream')
  const json = isStream
    ? text
        .split('\n')
        .findLast((line) => line.startsWith('data: '))
        ?.slice('data: '.length)
    : text
  return { status: response.status, ...JSON.parse(json ?? 'null') }
}

function send(
  url: string,
  method: string,
  params: Record<string, unknown>,
  capabilities: object,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Response> {
  const name = params['taskId'] ?? params['name'] ?? params['uri']
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': info,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...(params['_meta'] as object | undefined),
  }
  return fetch(url, {
    method: 'POST',
    ...(signal === undefined ? {} : { signal }),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params: { ...params, _meta: meta } }),
  })
}

/** The messages of a `subscriptions/listen`, as they come, until the test has seen enough. */
export async function* listen(
  url: string,
  notifications: Record<string, unknown>,
  headers: Record<string, string> = {},
): AsyncGenerator<Answer> {
  const stop = new AbortController()
  try {
    const response = await send(url, 'subscriptions/listen', { notifications }, tasks, headers, stop.signal)
    let text = ''
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const frames = (text + chunk).split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data: '))
        if (data !== undefined) yield JSON.parse(data.slice('data: '.length))
      }
    }
  } finally {
    stop.abort()
  }
}

/** A client of the SDK's second line, with the library for tasks on top. */
export async function connectModern(
  url: string,
  answer?: { readonly action: 'accept' | 'decline' | 'cancel'; readonly content?: Record<string, string> },
): Promise<{
  readonly client: Client
  readonly session: ReturnType<typeof createTaskSessionFromClient>
  [Symbol.asyncDispose](): Promise<void>
}> {
  const client = new Client(info, {
    capabilities: { elicitation: { form: {} } },
    versionNegotiation: { mode: 'auto' },
  })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const session = createTaskSessionFromClient(client, {
    endpointId: 'test',
    rawDispatch: async (request) => {
      const { method, params } = request as { method: string; params?: Record<string, unknown> }
      const { result, error } = await raw(url, method, params)
      return error === undefined
        ? { kind: 'result', result: result ?? {} }
        : { kind: 'error', error: { code: error['code'], message: error['message'], data: error['data'] } }
    },
    v2RequestFraming: {
      protocolVersion: '2026-07-28',
      clientInfo: info,
      clientCapabilities: { elicitation: {} },
    },
    ...(answer === undefined
      ? {}
      : {
          onInputRequest: createApplicationInputHandler({
            elicitation: async () => answer,
            sampling: () => Promise.reject(new Error('Nobody asks for that')),
            roots: () => Promise.reject(new Error('Nobody asks for that')),
          }),
        }),
  })
  return {
    client,
    session,
    [Symbol.asyncDispose]: async () => {
      await session.close()
      await client.close()
    },
  }
}

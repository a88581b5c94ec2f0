import type { Answer } from './legacy-client.ts'

/** A session of 2025-11-25 written by hand: it opens its streams when the test says so. */
export interface RawSession {
  /** What each of its requests says in its head. */
  readonly headers: Readonly<Record<string, string>>
  notify(method: string): Promise<void>
  /** Sends a request; gives the messages of its answer, the answer itself last. */
  post(method: string, params?: object): AsyncGenerator<Answer>
  /** Sends a request; gives its answer. */
  ask(method: string, params?: object): Promise<Answer>
  /** Answers a request of the server. */
  reply(id: unknown, result: object): Promise<void>
  /** Opens the GET stream; gives its messages. */
  listen(): AsyncGenerator<Answer>
  /** Ends the session. */
  end(): Promise<void>
  /** The same session at another server. */
  at(url: string): RawSession
}

/** Begins a session with a client that can be asked. */
export async function beginSession(
  url: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RawSession> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
    ...more,
  }
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: { elicitation: {} },
        clientInfo: { name: 'raw', version: '1' },
      },
    }),
  })
  headers['mcp-session-id'] = response.headers.get('mcp-session-id') ?? ''
  await response.text()
  const session = sessionAt(url, headers)
  await session.notify('notifications/initialized')
  return session
}

/** A session that has begun, under the headers of its requests. */
export function sessionAt(url: string, headers: Readonly<Record<string, string>>): RawSession {
  let lastId = 0
  const send = (message: object, signal: AbortSignal | null = null): Promise<Response> =>
    fetch(url, { method: 'POST', headers, signal, body: JSON.stringify({ jsonrpc: '2.0', ...message }) })
  async function* post(method: string, params: object = {}): AsyncGenerator<Answer> {
    lastId += 1
    const stop = new AbortController()
    try {
      yield* messagesOf(await send({ id: lastId, method, params }, stop.signal))
    } finally {
      stop.abort()
    }
  }
  const ask = async (method: string, params: object = {}): Promise<Answer> => {
    lastId += 1
    const response = await send({ id: lastId, method, params })
    if (!response.headers.get('content-type')?.includes('event-stream'))
      return JSON.parse(await response.text())
    let last: Answer = {}
    for await (const message of messagesOf(response)) last = message
    return last
  }
  return {
    headers,
    notify: async (method) => void (await send({ method })),
    post,
    ask,
    reply: async (id, result) => void (await send({ id, result })),
    async *listen() {
      const stop = new AbortController()
      try {
        yield* messagesOf(await fetch(url, { headers, signal: stop.signal }))
      } finally {
        stop.abort()
      }
    },
    end: async () => void (await fetch(url, { method: 'DELETE', headers })),
    at: (other) => sessionAt(other, headers),
  }
}

async function* messagesOf({ body }: Response): AsyncGenerator<Answer> {
  let text = ''
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const frames = (text + chunk).split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const data = frame.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length))
    }
  }
}

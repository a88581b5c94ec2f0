import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Json } from '../json.ts'

/** A request as the SDKs' transports take it, with its body beside it, read and parsed. */
export interface WebRequest {
  readonly request: Request
  readonly body: Json | undefined
}

/** What a body came to: JSON, or why it is refused. */
export type Body =
  | { readonly ok: true; readonly body: Json | undefined }
  | { readonly ok: false; readonly status: 400 | 413; readonly code: number; readonly message: string }

/** Reads and parses the body of a POST, as far as `limit` bytes. */
export async function readBody(message: IncomingMessage, limit: number): Promise<Body> {
  if (message.method !== 'POST') return { ok: true, body: undefined }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    size += chunk.length
    if (size > limit)
      return { ok: false, status: 413, code: -32600, message: `Request body is larger than ${limit} bytes` }
    chunks.push(chunk)
  }
  try {
    return { ok: true, body: JSON.parse(Buffer.concat(chunks).toString()) }
  } catch {
    return { ok: false, status: 400, code: -32700, message: 'Parse error: the body is not JSON' }
  }
}

/** `message` as a web request without its body; `signal` aborts when the client goes away. */
export function toWebRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  return new Request(new URL(message.url ?? '/', `http://${headers.get('host') ?? 'localhost'}`), {
    method: message.method ?? 'GET',
    headers,
    signal,
  })
}

/** Sends a web response, events as they come and all else in one piece; resolves when it has been sent or the client has gone. */
export async function sendWebResponse(response: Response, to: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(response.headers)
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const whole = new Uint8Array(await response.arrayBuffer())
    to.writeHead(response.status, { ...headers, 'content-length': whole.length })
    return void to.end(whole)
  }
  to.writeHead(response.status, headers)
  if (response.body === null) return void to.end()
  to.flushHeaders()
  try {
    await pipeline(Readable.fromWeb(response.body), to)
  } catch {
    // The client went away; pipeline has cancelled the body, which is how the transport learns of it.
  }
}

/** `body`, with a word when it is over: `early` when the client went away before its end. */
export function withEnd(
  body: ReadableStream<Uint8Array>,
  ended: (early: boolean) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await reader.read()
      if (!done) return controller.enqueue(value)
      controller.close()
      ended(false)
    },
    cancel: async (reason) => {
      ended(true)
      await reader.cancel(reason)
    },
  })
}

/** An error outside any JSON-RPC request. */
export function errorResponse(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status, headers })
}

import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import { placeOf, writeAtomically } from './file-root.ts'

interface HttpInput {
  readonly url: string
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly timeoutMs: number
  readonly maxBytes?: number
  readonly saveTo?: string
}

/** `http.request`: every way to fail has a type of its own, and only what may get better is retryable. */
export const httpRequest: ActivityDefinition = {
  description:
    'Sends an HTTP request. A status of 400 or more is the error http.status.<status>; others are http.timeout, http.network, http.tooLarge, http.notText and http.invalidRequest. 408, 425, 429, 5xx, timeouts and network errors may be retried. POST and PATCH carry an Idempotency-Key that is the same for every attempt.',
  input: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      url: { type: 'string', minLength: 1, description: 'http or https.' },
      method: { enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], default: 'GET' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: { description: 'Text is sent as it is, anything else as JSON.' },
      timeoutMs: { type: 'integer', minimum: 1, default: 30_000 },
      maxBytes: {
        type: 'integer',
        minimum: 0,
        description: 'The largest body that is accepted; 500,000 by default, 100,000,000 with saveTo.',
      },
      saveTo: {
        type: 'string',
        minLength: 1,
        description: 'A file for the body, which then stays out of the result and out of history.',
      },
    },
  },
  output: {
    type: 'object',
    required: ['status', 'url', 'headers', 'bytes', 'ms'],
    properties: {
      status: { type: 'integer' },
      url: { type: 'string', description: 'Where the answer came from, after redirects.' },
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      body: { description: 'Parsed when it is JSON, else a text; absent with saveTo.' },
      bytes: { type: 'integer' },
      ms: { type: 'integer', description: 'How long it took.' },
      savedTo: { type: 'string' },
    },
  },
  run: async (input: HttpInput, context: ActivityContext) => {
    const url = webUrl(input.url)
    const timeout = AbortSignal.timeout(input.timeoutMs)
    const request = requestOf(url, input, context, timeout)
    if (input.saveTo !== undefined) await placeOf(input.saveTo) // refused before anything is sent
    try {
      return await exchange(request, input)
    } catch (error) {
      context.signal.throwIfAborted()
      throw timeout.aborted ? lateAnswer(url, input.timeoutMs) : networkError(error, url)
    }
  },
}

async function exchange(request: Request, input: HttpInput) {
  const startedAt = performance.now()
  const url = new URL(request.url)
  const response = await fetch(request)
  if (response.status >= 400) throw await statusError(response, url)
  const maxBytes = input.maxBytes ?? (input.saveTo === undefined ? 500_000 : 100_000_000)
  const content = limited(response, url, maxBytes)
  const answer = {
    status: response.status,
    url: response.url || url.href,
    headers: Object.fromEntries(response.headers),
  }
  const ms = () => Math.round(performance.now() - startedAt)
  if (input.saveTo !== undefined) {
    const bytes = await writeAtomically(input.saveTo, content)
    return { ...answer, bytes, ms: ms(), savedTo: input.saveTo }
  }
  const bytes = await whole(content)
  return { ...answer, body: bodyOf(bytes, response, url), bytes: bytes.length, ms: ms() }
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
  throw invalidRequest(`"${text}" is not a web address: it begins with http:// or https:// and names no user`)
}

function requestOf(url: URL, input: HttpInput, context: ActivityContext, timeout: AbortSignal): Request {
  const { method, body } = input
  const signal = AbortSignal.any([context.signal, timeout])
  try {
    const headers = new Headers(input.headers)
    if ((method === 'POST' || method === 'PATCH') && !headers.has('idempotency-key')) {
      headers.set('idempotency-key', context.idempotencyKey)
    }
    if (body === undefined) return new Request(url, { method, headers, signal })
    if (typeof body !== 'string' && !headers.has('content-type'))
      headers.set('content-type', 'application/json')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return new Request(url, { method, headers, signal, body: text })
  } catch (error) {
    throw invalidRequest(error instanceof Error ? error.message : String(error))
  }
}

function invalidRequest(reason: string): ActivityError {
  return new ActivityError('http.invalidRequest', `The request cannot be sent: ${reason}`, {
    retryable: false,
  })
}

/** The body in pieces, until there is more of it than was asked for. */
async function* limited(response: Response, url: URL, maxBytes: number): AsyncIterable<Uint8Array> {
  let bytes = 0
  for await (const piece of response.body ?? []) {
    bytes += piece.length
    if (bytes > maxBytes) {
      throw new ActivityError('http.tooLarge', `${shown(url)} sent more than ${maxBytes} bytes`, {
        data: { url: shown(url), maxBytes },
        retryable: false,
      })
    }
    yield piece
  }
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(piece)
  return Buffer.concat(pieces)
}

function bodyOf(bytes: Uint8Array, response: Response, url: URL): unknown {
  if (bytes.length === 0) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
  } catch (error) {
    throw new ActivityError(
      'http.notText',
      `${shown(url)} sent neither text nor the JSON it announced; saveTo keeps any body in a file`,
      { data: { url: shown(url) }, retryable: false, cause: error },
    )
  }
}

async function statusError(response: Response, url: URL): Promise<ActivityError> {
  const { status } = response
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ActivityError(`http.status.${status}`, `${shown(url)} answered ${status}`, {
    data: {
      status,
      url: shown(url),
      body: await beginningOf(response),
      ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    },
    retryable: status >= 500 || [408, 425, 429].includes(status),
  })
}

/** As much of the body as helps to understand an error; it may itself be cut short. */
async function beginningOf(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of response.body ?? []) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes >= 1000) break
  }
  return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, 1000))
}

function lateAnswer(url: URL, timeoutMs: number): ActivityError {
  return new ActivityError('http.timeout', `${shown(url)} did not answer within ${timeoutMs} ms`, {
    data: { url: shown(url), timeoutMs },
  })
}

function networkError(error: unknown, url: URL): unknown {
  if (!(error instanceof TypeError)) return error
  const cause = error.cause instanceof Error ? error.cause : error
  const reason = 'code' in cause ? String(cause.code) : cause.message
  return new ActivityError('http.network', `${shown(url)} could not be reached: ${reason}`, {
    data: { url: shown(url), reason },
  })
}

/** The address without its query, which often holds a key. */
function shown(url: URL): string {
  return url.origin + url.pathname
}

import { randomUUID } from 'node:crypto'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import { isJsonObject } from '../../json.ts'
import type { Settings } from '../settings.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import { errorResponse, withEnd, type WebRequest } from '../web.ts'
import { LegacySession } from './session.ts'

/** A session that nobody has used for this long, and that has no stream open, is forgotten. */
const idleMs = 3_600_000
/** Beyond, the one that was used longest ago makes room. */
const mostSessions = 2000

/** The sessions of clients of 2025-11-25 and older over Streamable HTTP. They hold nothing that a new session cannot ask for again. */
export class LegacySessions {
  readonly #core: TaskCore
  readonly #settings: Settings
  /** The one used longest ago first. */
  readonly #sessions = new Map<string, HttpSession>()
  readonly #sweep: NodeJS.Timeout

  constructor(core: TaskCore, settings: Settings) {
    this.#core = core
    this.#settings = settings
    this.#sweep = setInterval(() => this.#forgetIdle(), idleMs / 10).unref()
  }

  /** Answers one HTTP request. */
  async handle({ request, body }: WebRequest, caller: Caller): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id === null) return await this.#begin({ request, body }, caller)
    const session = this.#sessions.get(id)
    if (session === undefined || session.principal !== caller.principal)
      return errorResponse(404, -32001, 'Session not found')
    this.#use(id, session)
    // A client that opens its stream anew has lost the one before, though we may not have heard of that yet.
    if (request.method === 'GET') session.transport.closeStandaloneSSEStream()
    return this.#track(await pass({ request, body }, caller, session), { request, body }, session)
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep)
    await Promise.all([...this.#sessions.values()].map(({ session }) => session.server.close()))
  }

  async #begin({ request, body }: WebRequest, caller: Caller): Promise<Response> {
    if (request.method !== 'POST' || !isInitializeRequest(body))
      return errorResponse(
        400,
        -32000,
        'Bad Request: no Mcp-Session-Id header, and not an initialize request',
      )
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => this.#use(id, session),
    })
    const session: HttpSession = {
      session: new LegacySession(this.#core, this.#settings),
      transport,
      principal: caller.principal,
      usedAt: performance.now(),
      streams: 0,
    }
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    transport.onclose = () => void this.#sessions.delete(transport.sessionId ?? '')
    await session.session.server.connect(transport)
    const response = await pass({ request, body }, caller, session)
    if (transport.sessionId === undefined) await session.session.server.close()
    this.#makeRoom()
    return this.#track(response, { request, body }, session)
  }

  /** Keeps the session while the response streams, and tells it which streams it has. */
  #track(response: Response, { request, body }: WebRequest, session: HttpSession): Response {
    if (response.status !== 200 || response.body === null) return response
    session.streams += 1
    const closePush = request.method === 'GET' ? session.session.openPush() : undefined
    const ended = (early: boolean): void => {
      session.streams -= 1
      session.usedAt = performance.now()
      closePush?.()
      if (early && isJsonObject(body)) session.session.loseStream(body['id'])
    }
    return new Response(withEnd(response.body, ended), response)
  }

  #use(id: string, session: HttpSession): void {
    session.usedAt = performance.now()
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
  }

  #makeRoom(): void {
    for (const session of this.#sessions.values()) {
      if (this.#sessions.size <= mostSessions) return
      void session.session.server.close()
    }
  }

  #forgetIdle(): void {
    const since = performance.now() - idleMs
    for (const session of this.#sessions.values())
      if (session.usedAt < since && session.streams === 0) void session.session.server.close()
  }
}

interface HttpSession {
  readonly session: LegacySession
  readonly transport: WebStandardStreamableHTTPServerTransport
  readonly principal: string | undefined
  usedAt: number
  /** How many responses are under way. */
  streams: number
}

function pass(
  { request, body }: WebRequest,
  { principal }: Caller,
  { transport }: HttpSession,
): Promise<Response> {
  return transport.handleRequest(request, {
    ...(body === undefined ? {} : { parsedBody: body }),
    ...(principal === undefined ? {} : { authInfo: { token: '', clientId: principal, scopes: [] } }),
  })
}

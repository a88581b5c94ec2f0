import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { DEFAULT_NEGOTIATED_PROTOCOL_VERSION, isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import { isJsonObject, type Json } from '../../json.ts'
import type { Settings } from '../settings.ts'
import { owns, type Caller, type TaskCore } from '../task-core.ts'
import { taskOf, type Task } from '../task.ts'
import { errorResponse, withEnd, type WebRequest } from '../web.ts'
import { Newcomers } from './newcomers.ts'
import { LegacySession } from './session.ts'
import { factsIn, newSessionId, sessionOf, type SessionFacts } from './session-id.ts'

/** A session that nobody has used for this long, and that has no stream open, is forgotten. */
const idleMs = 3_600_000
/** Beyond, the one that was used longest ago makes room. */
const mostSessions = 2000
/** How far the clock of the hub may be behind ours. */
const skewMs = 5000
/** The most runs that are looked through for a client that has opened its stream. */
const mostCaughtUp = 200

/** The sessions of clients of 2025-11-25 and older over Streamable HTTP. They hold nothing that another server cannot find out. */
export class LegacySessions {
  readonly #core: TaskCore
  readonly #settings: Settings
  /** The one used longest ago first. */
  readonly #sessions = new Map<string, HttpSession>()
  readonly #adopting = new Map<string, Promise<HttpSession>>()
  /** What clients have ended themselves. */
  readonly #ended = new Set<string>()
  /** Those with a stream for what belongs to no request. */
  readonly #pushing = new Set<HttpSession>()
  readonly #newcomers: Newcomers
  readonly #sweep: NodeJS.Timeout

  constructor(core: TaskCore, settings: Settings) {
    this.#core = core
    this.#settings = settings
    this.#newcomers = new Newcomers(core, (task) => this.#tellOf(task))
    this.#sweep = setInterval(() => this.#forgetIdle(), idleMs / 10).unref()
  }

  /** Answers one HTTP request. */
  async handle({ request, body }: WebRequest, caller: Caller): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id === null) return await this.#begin({ request, body }, caller)
    // A session is in its place before it knows its client, so one that is being adopted is waited for.
    const session = await (this.#adopting.get(id) ??
      this.#sessions.get(id) ??
      this.#adopt(id, request, caller))
    if (session === undefined || session.caller.principal !== caller.principal)
      return errorResponse(404, -32001, 'Session not found')
    this.#use(id, session)
    // A client that opens its stream anew has lost the one before, though we may not have heard of that yet.
    if (request.method === 'GET') session.transport.closeStandaloneSSEStream()
    return this.#track(await pass({ request, body }, caller, session), { request, body }, session)
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep)
    this.#newcomers.stop()
    await Promise.all([...this.#sessions.values()].map(({ session }) => session.server.close()))
  }

  async #begin({ request, body }: WebRequest, caller: Caller): Promise<Response> {
    if (request.method !== 'POST' || !isInitializeRequest(body))
      return errorResponse(
        400,
        -32000,
        'Bad Request: there is no Mcp-Session-Id header; begin a session with initialize, or speak 2026-07-28 by the _meta of each request',
      )
    const canBeAsked = body.params.capabilities.elicitation !== undefined
    const session = await this.#open(newSessionId({ canBeAsked, begunAt: new Date() }), caller)
    const response = await pass({ request, body }, caller, session)
    if (session.transport.sessionId === undefined) await session.session.server.close()
    this.#makeRoom()
    return this.#track(response, { request, body }, session)
  }

  /**
   * Goes on with a session that began at another server on this hub, or before this one was started again: behind a proxy
   * a client does not know which server it speaks to. Sessions that the client has ended stay so.
   */
  #adopt(id: string, request: Request, caller: Caller): Promise<HttpSession> | undefined {
    const facts = this.#ended.has(id) ? undefined : factsIn(id)
    if (facts === undefined) return undefined
    const adopted = this.#resume(id, facts, request, caller).finally(() => this.#adopting.delete(id))
    this.#adopting.set(id, adopted)
    return adopted
  }

  /** Opens a session as if its client had just begun it. */
  async #resume(
    id: string,
    facts: SessionFacts,
    { url, headers }: Request,
    caller: Caller,
  ): Promise<HttpSession> {
    const session = await this.#open(id, caller)
    const head = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': id,
    }
    const say = async (message: Json): Promise<void> => {
      const request = new Request(url, { method: 'POST', headers: head })
      await (await pass({ request, body: message }, caller, session)).text()
    }
    const params = {
      protocolVersion: headers.get('mcp-protocol-version') ?? DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
      capabilities: facts.canBeAsked ? { elicitation: {} } : {},
      clientInfo: { name: 'resumed', version: '0' },
    }
    await say({ jsonrpc: '2.0', id: 'resume', method: 'initialize', params })
    await say({ jsonrpc: '2.0', method: 'notifications/initialized' })
    this.#makeRoom()
    return session
  }

  async #open(id: string, caller: Caller): Promise<HttpSession> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => this.#use(id, session),
      onsessionclosed: () => this.#end(id),
    })
    const session: HttpSession = {
      session: new LegacySession(this.#core, this.#settings),
      transport,
      caller,
      usedAt: performance.now(),
      streams: 0,
      hasPushed: false,
    }
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    transport.onclose = () => void (this.#sessions.get(id) === session && this.#sessions.delete(id))
    await session.session.connect(transport)
    return session
  }

  /** Remembers for a while that the client has ended a session. */
  #end(id: string): void {
    this.#ended.add(id)
    const [oldest] = this.#ended
    if (this.#ended.size > mostSessions && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** Keeps the session while the response streams, and tells it which streams it has. */
  #track(response: Response, { request, body }: WebRequest, session: HttpSession): Response {
    if (response.status !== 200 || response.body === null) return response
    session.streams += 1
    const closePush = request.method === 'GET' ? this.#openPush(session) : undefined
    const ended = (early: boolean): void => {
      session.streams -= 1
      session.usedAt = performance.now()
      closePush?.()
      if (early && isJsonObject(body)) session.session.loseStream(body['id'])
    }
    return new Response(withEnd(response.body, ended), response)
  }

  /** Opens the stream for what belongs to no request, and has it tell of the session's tasks, wherever they were begun. */
  #openPush(session: HttpSession): () => void {
    const close = session.session.openPush()
    this.#pushing.add(session)
    this.#newcomers.start()
    this.#catchUp(session).catch(() => {}) // the hub is away; the client can ask
    return () => {
      close()
      this.#pushing.delete(session)
      if (this.#pushing.size === 0) this.#newcomers.stop()
    }
  }

  /** Tells of what was begun in this session before; the first time also of what has ended, since nobody may have told. */
  async #catchUp(session: HttpSession): Promise<void> {
    const facts = factsIn(session.transport.sessionId ?? '')
    if (facts === undefined) return
    const isFirst = !session.hasPushed
    session.hasPushed = true
    const { tasks } = await this.#core.list(session.caller, {
      createdFrom: new Date(facts.begunAt.getTime() - skewMs),
      limit: mostCaughtUp,
      ...(isFirst ? {} : { status: ['pending', 'running', 'waiting', 'suspended'] }),
    })
    for (const task of tasks) this.#tellOf(task)
  }

  /** Has a task followed for the client that began it, should its stream be here. */
  #tellOf({ run }: Task): void {
    const begun = sessionOf(run)
    const session = begun && this.#sessions.get(begun.id)
    if (session === undefined || !this.#pushing.has(session) || !owns(session.caller, run)) return
    // The client knows no more than that the task was begun.
    const asBegun = taskOf({ ...run, status: 'pending', report: {} }, undefined)
    session.session.follow(asBegun, session.caller, begun?.progressToken)
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
  readonly caller: Caller
  usedAt: number
  /** How many responses are under way. */
  streams: number
  /** Whether there has been a stream for what belongs to no request. */
  hasPushed: boolean
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

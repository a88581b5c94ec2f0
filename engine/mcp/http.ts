import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { EngineError } from '../error.ts'
import type { JsonObject } from '../json.ts'
import { Allowance, type Limits } from './allowance.ts'
import { byToken, type Authenticate, type StaticToken, type Verdict } from './auth.ts'
import { isLoopback, turnedAway, visitorsOf, type Visitors } from './guard.ts'
import type { LegacySessions } from './legacy/sessions.ts'
import { isOfLegacyEra, ModernEndpoint } from './modern/http.ts'
import type { OAuthOptions, ResourceServer } from './oauth.ts'
import { settingsOf, type Settings } from './settings.ts'
import type { McpHost, McpOptions } from './source.ts'
import { TaskCore, type Caller } from './task-core.ts'
import { errorResponse, readBody, sendWebResponse, toWebRequest, type WebRequest } from './web.ts'

/** Where and for whom a server listens. */
export interface HttpOptions extends McpOptions {
  /** 0 picks a free one. */
  readonly port: number
  /** Default `127.0.0.1`. */
  readonly bind?: string
  /** More names under which this server may be called, without a port. */
  readonly allowedHosts?: readonly string[]
  /** Web pages that may talk to it, beside those of this machine. */
  readonly allowedOrigins?: readonly string[]
  /** In bytes; default 4 MiB. */
  readonly bodyLimit?: number
  /** Who may come in with which token; absent: whoever reaches this address. */
  readonly tokens?: readonly StaticToken[]
  /** Whose tokens are taken, instead of `tokens`. */
  readonly oauth?: OAuthOptions
  /** What one principal may ask for; without authentication, all clients together. Default: no limits. */
  readonly limits?: Limits
}

/** A server that listens. */
export interface HttpServer {
  /** The endpoint: what goes into a client's configuration. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** How long an idle connection is kept: longer than load balancers keep theirs, lest they send on one that is closing. */
const idleMs = 65_000
/** How long requests under way may take to end once the server closes. */
const graceMs = 500

/** Serves MCP at `/mcp`; resolves once it listens. */
export async function serveHttp(host: McpHost, options: HttpOptions): Promise<HttpServer> {
  const bind = options.bind ?? '127.0.0.1'
  const isOpen = options.tokens === undefined && options.oauth === undefined
  if (isOpen && !isLoopback(bind))
    throw new EngineError(
      'usage',
      `Whoever reaches "${bind}" could start runs; bind to 127.0.0.1, or say who may: tokens, or an OAuth issuer`,
    )
  const resourceServer = options.oauth && (await resourceServerFor(options.oauth))
  let closing = false
  const server = createServer((request, response) => {
    // A connection that turns idle while we close would else be kept for the client's next request.
    response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()))
    void endpoint.serve(request, response)
  })
  server.keepAliveTimeout = idleMs
  const port = await listen(server, options.port, bind)
  const url = `http://${bind.includes(':') ? `[${bind}]` : bind}:${port}/mcp`
  const endpoint = new Endpoint(host, options, bind, resourceServer?.(url))
  return {
    url,
    port,
    close: async () => {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await endpoint.close()
      const force = setTimeout(() => server.closeAllConnections(), graceMs)
      server.closeIdleConnections()
      await closed
      clearTimeout(force)
    },
  }
}

/** What reads tokens is loaded where there are some to be read. */
async function resourceServerFor(oauth: OAuthOptions): Promise<(url: string) => ResourceServer> {
  const { checkOAuth, resourceServer } = await import('./oauth.ts')
  checkOAuth(oauth)
  return (url) => resourceServer(oauth, url)
}

class Endpoint {
  readonly #core: TaskCore
  /** Loaded for the first client that needs it: its SDK takes a tenth of a second. */
  #legacy: Promise<LegacySessions> | undefined
  readonly #modern: ModernEndpoint
  readonly #settings: Settings
  readonly #visitors: Visitors
  readonly #bodyLimit: number
  readonly #allowance: Allowance
  readonly #authenticate: Authenticate
  readonly #metadata: JsonObject | undefined

  constructor(host: McpHost, options: HttpOptions, bind: string, oauth: ResourceServer | undefined) {
    this.#settings = settingsOf(options)
    this.#core = new TaskCore(host, options.limits)
    this.#modern = new ModernEndpoint(this.#core, this.#settings)
    this.#visitors = visitorsOf(bind, { hosts: options.allowedHosts, origins: options.allowedOrigins })
    this.#bodyLimit = options.bodyLimit ?? 4 * 1024 * 1024
    this.#allowance = new Allowance(options.limits ?? {})
    this.#metadata = oauth?.metadata
    this.#authenticate = oauth?.authenticate ?? (options.tokens ? byToken(options.tokens) : anybody)
  }

  async serve(message: IncomingMessage, to: ServerResponse): Promise<void> {
    const gone = new AbortController()
    to.once('close', () => to.writableFinished || gone.abort())
    try {
      await sendWebResponse(await this.#answer(message, to, gone.signal), to)
    } catch (error) {
      this.#settings.onError(error)
      if (!to.headersSent) await sendWebResponse(errorResponse(500, -32603, 'Internal error'), to)
      else to.destroy()
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#legacy?.then((sessions) => sessions.close()), this.#modern.close()])
    this.#core.close()
  }

  async #answer(message: IncomingMessage, to: ServerResponse, gone: AbortSignal): Promise<Response> {
    const reason = turnedAway(message, this.#visitors)
    if (reason !== undefined) return errorResponse(403, -32000, reason)
    const { pathname } = new URL(message.url ?? '/', 'http://localhost')
    if (this.#metadata !== undefined && pathname.startsWith(metadataPath))
      return Response.json(this.#metadata)
    if (pathname !== '/mcp') return errorResponse(404, -32000, 'Not found: the MCP endpoint is /mcp')
    if (!methods.includes(message.method ?? ''))
      return errorResponse(405, -32000, 'Method not allowed', { Allow: methods.join(', ') })
    const verdict = await this.#authenticate(message.headers.authorization)
    if (!verdict.ok) return refusal(verdict)
    const taken = this.#allowance.take(verdict.caller.principal ?? '')
    if (!('done' in taken))
      return errorResponse(429, -32000, 'Too many requests', { 'Retry-After': String(taken.retryAfter) })
    to.once('close', taken.done)
    const read = await readBody(message, this.#bodyLimit)
    if (!read.ok) return errorResponse(read.status, read.code, read.message)
    return await this.#route({ request: toWebRequest(message, gone), body: read.body }, verdict.caller)
  }

  /** An era that is switched off leaves its requests to the other, which knows how to refuse them. */
  async #route(web: WebRequest, caller: Caller): Promise<Response> {
    const { eras } = this.#settings
    const isLegacy = eras.length === 1 ? eras[0] === 'legacy' : await isOfLegacyEra(web)
    if (!isLegacy) return await this.#modern.handle(web, caller)
    this.#legacy ??= this.#openLegacy()
    return await (await this.#legacy).handle(web, caller)
  }

  async #openLegacy(): Promise<LegacySessions> {
    const { LegacySessions: Sessions } = await import('./legacy/sessions.ts')
    return new Sessions(this.#core, this.#settings)
  }
}

const methods = ['GET', 'POST', 'DELETE']
const metadataPath = '/.well-known/oauth-protected-resource'

/** Without authentication there is one user, who sees everything. */
const anybody: Authenticate = async () => ({ ok: true, caller: {} })

function refusal({ status, why, challenge }: Exclude<Verdict, { readonly ok: true }>): Response {
  return errorResponse(status, -32000, why, challenge === undefined ? {} : { 'WWW-Authenticate': challenge })
}

function listen(server: Server, port: number, bind: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, bind, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

import {
  createMcpHandler,
  isLegacyRequest,
  type McpHandlerRequestOptions,
  type McpHttpHandler,
} from '@modelcontextprotocol/server'
import { listResources } from '../resources.ts'
import type { Settings } from '../settings.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { WebRequest } from '../web.ts'
import { ListenStream } from './listen-stream.ts'
import { Listening, ownPart, runListenOf, withOnly, type RunListen } from './listening.ts'
import type { ModernParts } from './parts.ts'
import { modernServer } from './server.ts'

/** Whether a request is one of 2025-11-25 or older, by what its body says. */
export function isOfLegacyEra({ request, body }: WebRequest): Promise<boolean> {
  return isLegacyRequest(request, body)
}

/** The clients of 2026-07-28 over HTTP: every request on its own, and streams only for those who listen. */
export class ModernEndpoint {
  readonly #parts: ModernParts
  readonly #handler: McpHttpHandler
  readonly #streams = new Set<ListenStream>()
  readonly #stopListening: () => void

  /** `handler` is an endpoint of somebody else to whose servers we are attached; without one, this is one of its own. */
  constructor(core: TaskCore, settings: Settings, handler?: McpHttpHandler) {
    this.#parts = { core, settings }
    this.#handler = handler ?? createMcpHandler(() => modernServer(this.#parts), { legacy: 'reject' })
    this.#stopListening = core.host.onDefinitionsChanged(() => this.#tellOfChange())
  }

  /** Answers one HTTP request. */
  async handle(
    web: WebRequest,
    caller: Caller,
    options: McpHandlerRequestOptions = optionsOf(web, caller),
  ): Promise<Response> {
    const listen = runListenOf(web.body)
    if (listen === undefined) return await this.#handler.fetch(web.request, options)
    if (listen.refusal !== undefined) {
      const { code, message, data } = listen.refusal
      return Response.json({ jsonrpc: '2.0', id: listen.id, error: { code, message, data } }, { status: 400 })
    }
    return await this.#listen(listen, web, caller, options)
  }

  async close(): Promise<void> {
    this.#stopListening()
    await this.#handler.close()
    for (const stream of this.#streams) stream.end()
  }

  #tellOfChange(): void {
    const { notify } = this.#handler
    notify.toolsChanged()
    notify.resourcesChanged()
    for (const { uri } of listResources(this.#parts.core)) notify.resourceUpdated(uri)
  }

  /** Lets the SDK check and acknowledge the subscription, and adds what is told of tasks to its stream. */
  async #listen(
    listen: RunListen,
    { request, body }: WebRequest,
    caller: Caller,
    options: McpHandlerRequestOptions,
  ): Promise<Response> {
    const own = await ownPart(this.#parts.core, listen, caller)
    const response = await this.#handler.fetch(request, { ...options, parsedBody: withOnly(body, own) })
    if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      return response
    const listening = new Listening(this.#parts, own, (notification) => stream.send(notification))
    const stream = new ListenStream(response.body, listening, () => this.#streams.delete(stream))
    this.#streams.add(stream)
    return new Response(stream.stream, response)
  }
}

function optionsOf({ body }: WebRequest, { principal }: Caller): McpHandlerRequestOptions {
  return {
    ...(body === undefined ? {} : { parsedBody: body }),
    ...(principal === undefined ? {} : { authInfo: { token: '', clientId: principal, scopes: [] } }),
  }
}

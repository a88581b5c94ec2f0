import {
  parseJSONRPCMessage,
  type JSONRPCMessage,
  type Server,
  type Transport,
} from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Json, JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import { listResources } from '../resources.ts'
import type { Channel, OpenChannel } from '../stdio.ts'
import { Listening, ownPart, runListenOf, withOnly, type RunListen } from './listening.ts'
import type { ModernParts } from './parts.ts'
import { modernServer } from './server.ts'

/** One client of 2026-07-28 at the other end of a pair of pipes. */
export const openModernChannel: OpenChannel = async (core, settings, send) =>
  new ModernChannel({ core, settings }, send)

/** The SDK's stdio server, with what is told of tasks added to its subscriptions. */
class ModernChannel implements Channel {
  readonly #parts: ModernParts
  readonly #send: (message: JsonObject) => Promise<void>
  readonly #listenings = new Map<Json, Listening>()
  readonly #transport: Transport
  readonly #handle: { close(): Promise<void> }
  readonly #stopListening: () => void
  #server: Server | undefined

  constructor(parts: ModernParts, send: (message: JsonObject) => Promise<void>) {
    this.#parts = parts
    this.#send = send
    this.#transport = {
      start: async () => {},
      send: (message) => this.#answer(argumentsOf(message)),
      close: async () => this.#transport.onclose?.(),
    }
    this.#handle = serveStdio(() => (this.#server = modernServer(parts)), {
      legacy: 'reject',
      transport: this.#transport,
    })
    // A client that has not subscribed to changes is not told: the SDK sees to that.
    this.#stopListening = parts.core.host.onDefinitionsChanged(() => void this.#tellOfChange())
  }

  receive(message: JsonObject): void {
    const listen = runListenOf(message)
    if (listen !== undefined) return void this.#listen(listen, message)
    if (message['method'] === 'notifications/cancelled')
      this.#stop(argumentsOf(message['params'])['requestId'])
    this.#deliver(message)
  }

  async close(): Promise<void> {
    this.#stopListening()
    for (const id of this.#listenings.keys()) this.#stop(id)
    await this.#handle.close()
  }

  async #tellOfChange(): Promise<void> {
    await this.#server?.sendToolListChanged()
    await this.#server?.sendResourceListChanged()
    for (const { uri } of listResources(this.#parts.core)) await this.#server?.sendResourceUpdated({ uri })
  }

  async #listen(listen: RunListen, message: JsonObject): Promise<void> {
    if (listen.refusal !== undefined) {
      const { code, message: why, data = null } = listen.refusal
      return await this.#send({ jsonrpc: '2.0', id: listen.id, error: { code, message: why, data } })
    }
    const own = await ownPart(this.#parts.core, listen, {})
    const tell = (notification: JsonObject): void => void this.#send(notification).catch(() => {})
    this.#listenings.set(listen.id, new Listening(this.#parts, own, tell))
    this.#deliver(withOnly(message, own))
  }

  /** Sends what the SDK says, with the tasks added to the acknowledgement of a subscription. */
  async #answer(message: JsonObject): Promise<void> {
    for (const listening of this.#listenings.values()) {
      const acknowledgement = listening.acknowledge(message)
      if (acknowledgement === undefined) continue
      await this.#send(acknowledgement)
      return listening.start()
    }
    if (message['method'] === undefined) this.#stop(message['id'])
    await this.#send(message)
  }

  #stop(id: Json | undefined): void {
    if (id === undefined) return
    this.#listenings.get(id)?.stop()
    this.#listenings.delete(id)
  }

  #deliver(message: JsonObject): void {
    const parsed = parsedOf(message)
    if (parsed !== undefined) return this.#transport.onmessage?.(parsed)
    const error = { code: -32600, message: 'Invalid Request: the line is no JSON-RPC message' }
    void this.#send({ jsonrpc: '2.0', id: message['id'] ?? null, error })
  }
}

function parsedOf(message: JsonObject): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(message)
  } catch {
    return undefined
  }
}

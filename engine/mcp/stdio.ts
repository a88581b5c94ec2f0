import { stdin, stdout } from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { linesOf, type Lines } from './lines.ts'
import { settingsOf, type Settings } from './settings.ts'
import type { Era, McpHost, McpOptions } from './source.ts'
import { TaskCore } from './task-core.ts'

/** Which pipes to speak over; default: those of the process. */
export interface StdioOptions extends McpOptions {
  readonly input?: Readable
  readonly output?: Writable
}

/** A server that speaks over a pair of pipes. */
export interface StdioServer {
  /** Resolves when the client has closed its end, or the server was closed. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/** One era's end of the pipes. */
export interface Channel {
  receive(message: JsonObject): void
  close(): Promise<void>
}

/** Opens an era's end; what it has to say goes through `send`. */
export type OpenChannel = (
  core: TaskCore,
  settings: Settings,
  send: (message: JsonObject) => Promise<void>,
) => Promise<Channel>

/** How long answers may take once the client has said its last word. */
const quietMs = 1000

/** Each era's SDK is loaded for a client that speaks it. */
const openings: Readonly<Record<Era, OpenChannel>> = {
  legacy: async (...args) => (await import('./legacy/stdio.ts')).openLegacyChannel(...args),
  modern: async (...args) => (await import('./modern/stdio.ts')).openModernChannel(...args),
}

/** Serves MCP over stdin and stdout, until stdin ends. */
export async function serveStdio(host: McpHost, options: StdioOptions = {}): Promise<StdioServer> {
  const input = options.input ?? stdin
  const output = options.output ?? stdout
  const connection = new Connection(new TaskCore(host), settingsOf(options), linesOf(input, output))
  output.once('error', () => void connection.close())
  const closed = connection.run()
  return {
    closed,
    close: async () => {
      await connection.close()
      input.destroy()
      await closed
    },
  }
}

/** One client, and both eras until it has shown which one it speaks: a newer client may try the newer one first. */
class Connection {
  readonly #core: TaskCore
  readonly #settings: Settings
  readonly #lines: Lines
  readonly #channels = new Map<Era, Promise<Channel>>()
  /** Requests that nobody has answered yet. */
  readonly #open = new Set<Json>()
  #whenQuiet = (): void => {}
  /** The era of the newest request: notifications do not say theirs. */
  #era: Era

  constructor(core: TaskCore, settings: Settings, lines: Lines) {
    this.#core = core
    this.#settings = settings
    this.#lines = lines
    this.#era = settings.eras[0] ?? 'legacy'
  }

  async run(): Promise<void> {
    for await (const message of this.#lines.messages) {
      const messages = Array.isArray(message) ? message : [message]
      for (const each of messages) if (isJsonObject(each)) await this.#receive(each)
    }
    await this.#quiet()
    await this.close()
  }

  async close(): Promise<void> {
    const channels = await Promise.all(this.#channels.values())
    await Promise.all(channels.map((channel) => channel.close()))
    this.#core.close()
  }

  async #receive(message: JsonObject): Promise<void> {
    if (message['method'] !== undefined && message['id'] !== undefined) {
      this.#era = this.#eraOf(message)
      this.#open.add(message['id'])
    }
    const channel = await this.#channel(this.#era)
    channel.receive(message)
  }

  #eraOf({ params }: JsonObject): Era {
    const [only, other] = this.#settings.eras
    if (only !== undefined && other === undefined) return only
    const meta = isJsonObject(params) ? params['_meta'] : undefined
    return isJsonObject(meta) && meta['io.modelcontextprotocol/protocolVersion'] !== undefined
      ? 'modern'
      : 'legacy'
  }

  #channel(era: Era): Promise<Channel> {
    const known = this.#channels.get(era)
    if (known !== undefined) return known
    const channel = openings[era](this.#core, this.#settings, (message) => this.#send(message))
    this.#channels.set(era, channel)
    return channel
  }

  async #send(message: JsonObject): Promise<void> {
    if (message['method'] === undefined && message['id'] !== undefined) this.#open.delete(message['id'])
    if (this.#open.size === 0) this.#whenQuiet()
    await this.#lines.send(message)
  }

  /** Resolves when every request has been answered, or after a while. */
  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#open.size === 0) return resolve()
      const timer = setTimeout(resolve, quietMs)
      this.#whenQuiet = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

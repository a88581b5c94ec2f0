import { SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import type { Listening } from './listening.ts'

const keepAliveMs = 15_000

/**
 * The answer to a `subscriptions/listen` that wants tasks: the SDK's stream, which has checked the request and tells of
 * everything else, with what is told of tasks put between its frames.
 */
export class ListenStream {
  readonly stream: ReadableStream<Uint8Array>
  readonly #listening: Listening
  readonly #source: ReadableStreamDefaultReader<Uint8Array>
  readonly #ended: () => void
  readonly #keepAlive: NodeJS.Timeout
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  /** `ended` is called once, whoever ends it. */
  constructor(source: ReadableStream<Uint8Array>, listening: Listening, ended: () => void) {
    this.#source = source.getReader()
    this.#listening = listening
    this.#ended = ended
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => this.#close(),
    })
    this.#keepAlive = setInterval(() => this.#write(': keepalive'), keepAliveMs).unref()
    void this.#relay()
  }

  /** Puts a notification into the stream. */
  send(message: JsonObject): void {
    this.#write(`event: message\ndata: ${JSON.stringify(message)}`)
  }

  /** Ends the stream in the way that tells the client that the server did it. */
  end(): void {
    if (this.#controller === undefined) return
    const { id } = this.#listening.listen
    this.send({
      jsonrpc: '2.0',
      id,
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION_ID_META_KEY]: id } },
    })
    this.#close()
  }

  async #relay(): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    for (;;) {
      const { done, value } = await this.#source.read().catch(() => ({ done: true, value: undefined }))
      if (done || value === undefined) return
      const frames = (text + decoder.decode(value, { stream: true })).split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) this.#pass(frame)
    }
  }

  #pass(frame: string): void {
    const message = messageOf(frame)
    if (!isJsonObject(message)) return this.#write(frame)
    const acknowledgement = this.#listening.acknowledge(message)
    if (acknowledgement !== undefined) {
      this.send(acknowledgement)
      return this.#listening.start()
    }
    // The SDK ends a stream on which it has nothing to tell; we may have.
    if (message['id'] === undefined) this.#write(frame)
    else if (!this.#hasOwn) this.end()
  }

  get #hasOwn(): boolean {
    const { taskIds, uris } = this.#listening.listen
    return taskIds.length + uris.length > 0
  }

  #write(frame: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(`${frame}\n\n`))
  }

  #close(): void {
    const controller = this.#controller
    if (controller === undefined) return
    this.#controller = undefined
    clearInterval(this.#keepAlive)
    this.#listening.stop()
    void this.#source.cancel()
    // A stream that its reader cancelled is closed already, and says so by throwing.
    try {
      controller.close()
    } catch {}
    this.#ended()
  }
}

function messageOf(frame: string): Json | undefined {
  const data = frame.split('\n').find((line) => line.startsWith('data: '))
  return data === undefined ? undefined : JSON.parse(data.slice('data: '.length))
}

import {
  type ChannelOptions,
  type ClientOptions,
  connectivityState,
  InterceptingCall,
  type InterceptingListener,
  type Interceptor,
  type InterceptorOptions,
  status,
  Metadata,
} from '@grpc/grpc-js'
import type { Item } from './method.ts'
import type { HistoryEvent } from './event.ts'
import { type Bytes, fieldsOf } from './protobuf.ts'
import { statusOf } from './refusal.ts'
import { callItem, turnItem } from './reply.ts'
import type { Service } from './service.ts'
import { type EventMessage, eventMessage, workItemMessage } from './wire.ts'

/**
 * Channel options by which an unmodified client of the SDK reaches the service within this process: its calls end in
 * an interceptor, before anything would be serialised, and never see a socket.
 */
export function inProcessOptions(service: Service, hub: string): ChannelOptions {
  const interceptor: Interceptor = (options) => new InterceptingCall(new LocalCall(service, hub, options))
  const options: Pick<ClientOptions, 'interceptors'> = { interceptors: [interceptor] }
  return { ...options, channelOverride: localChannel }
}

/** What gRPC hands the messages of a call to. */
type NextCall = ConstructorParameters<typeof InterceptingCall>[0]

/** A call that is served where it is made. */
class LocalCall implements NextCall {
  readonly #service: Service
  readonly #hub: string
  readonly #method: InterceptorOptions['method_definition']
  readonly #gone = new AbortController()
  #metadata = new Metadata()
  #listener: InterceptingListener | undefined
  #request: object = {}
  #hasEnded = false

  constructor(service: Service, hub: string, options: InterceptorOptions) {
    this.#service = service
    this.#hub = hub
    this.#method = options.method_definition
  }

  start(metadata: Metadata, listener: InterceptingListener): void {
    this.#metadata = metadata
    this.#listener = listener
  }

  sendMessage(request: object): void {
    this.#request = request
  }

  sendMessageWithContext(_: unknown, request: object): void {
    this.sendMessage(request)
  }

  halfClose(): void {
    this.#serve().then(
      () => this.#end(status.OK, ''),
      (error: unknown) => {
        const { code, details } = statusOf(error)
        this.#end(code, details)
      },
    )
  }

  async #serve(): Promise<void> {
    const named = this.#metadata.get('taskhub')[0]?.toString()
    const call = { hub: this.#service.hubNamed(named ?? this.#hub), signal: this.#gone.signal }
    const method = this.#service.methodAt(this.#method.path)
    this.#listener?.onReceiveMetadata(new Metadata())
    if (method.isStream) return method.serve(this.#request, call, (item) => this.#send(item))
    this.#send(await method.serve(this.#request, call))
  }

  #send(item: Item): void {
    if (this.#hasEnded) return
    const answer: unknown =
      'do' in item ? workMessage(item) : this.#method.responseDeserialize(Buffer.from(item))
    this.#listener?.onReceiveMessage(answer)
  }

  cancelWithStatus(code: status, details: string): void {
    this.#gone.abort()
    this.#end(code, details)
  }

  #end(code: status, details: string): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#listener?.onReceiveStatus({ code, details, metadata: new Metadata() })
  }

  getPeer(): string {
    return localName
  }

  getAuthContext(): null {
    return null
  }

  startRead(): void {}
}

const localName = 'in-process'

/** What a client has instead of a channel: no call gets as far as this. */
const localChannel = {
  close(): void {},
  getTarget: () => localName,
  getConnectivityState: () => connectivityState.READY,
  watchConnectivityState(): void {},
  getChannelzRef: () => ({ kind: 'channel', id: 0, name: localName }),
}

/** Histories are told again with every turn; what was decoded once is kept for as long as its row is. */
const decodedRows = new WeakMap<Bytes, readonly EventMessage[]>()

function workMessage(item: Exclude<Item, Bytes>): object {
  if (item.do === 'call') return workItemMessage(callItem(item))
  return workItemMessage(turnItem(item, false), {
    past: item.past.flatMap(decodedRow),
    delivered: item.delivered.map((event: HistoryEvent) => eventMessage(event)),
  })
}

function decodedRow(row: Bytes): readonly EventMessage[] {
  const known = decodedRows.get(row)
  if (known) return known
  const events = [...fieldsOf(row)].map(({ content }) => eventMessage(content))
  decodedRows.set(row, events)
  return events
}

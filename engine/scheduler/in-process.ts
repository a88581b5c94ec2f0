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
import type { Call, Item } from './method.ts'
import { callMessage, instanceMessage, turnMessage } from './message.ts'
import { statusOf } from './refusal.ts'
import type { Service } from './service.ts'

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
  #gone: AbortController | undefined
  #metadata = new Metadata()
  #listener: InterceptingListener | undefined
  #request: object = {}
  #hasEnded = false
  readonly #stackTraceLimit = Error.stackTraceLimit

  /** gRPC goes on to note where the call comes from, which takes longer than the call, and then starts it. */
  constructor(service: Service, hub: string, options: InterceptorOptions) {
    this.#service = service
    this.#hub = hub
    this.#method = options.method_definition
    Error.stackTraceLimit = 0
  }

  start(metadata: Metadata, listener: InterceptingListener): void {
    Error.stackTraceLimit = this.#stackTraceLimit
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
    const hub = this.#service.hubNamed(named ?? this.#hub)
    const call: Call = { hub, isLocal: true, signal: () => this.#signal() }
    const method = this.#service.methodAt(this.#method.path)
    this.#listener?.onReceiveMetadata(new Metadata())
    if (method.isStream) return method.serve(this.#request, call, (item) => this.#send(item))
    this.#send(await method.serve(this.#request, call))
  }

  #send(item: Item): void {
    if (this.#hasEnded) return
    this.#listener?.onReceiveMessage(messageOf(item, this.#method))
  }

  #signal(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.#hasEnded) this.#gone.abort()
    return this.#gone.signal
  }

  cancelWithStatus(code: status, details: string): void {
    this.#gone?.abort()
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

/** The SDK's message of what `method` gives. */
export function messageOf<T>(
  item: Item,
  method: { readonly responseDeserialize: (bytes: Buffer) => T },
): T | object {
  if (!('do' in item)) return method.responseDeserialize(Buffer.from(item))
  if (item.do === 'turn') return turnMessage(item)
  return item.do === 'call' ? callMessage(item) : instanceMessage(item)
}

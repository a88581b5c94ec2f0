import { once } from 'node:events'
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { EngineError } from '../error.ts'
import { byToken } from './admission.ts'
import { copyMethod } from './copy-method.ts'
import type { Call, Streaming, Unary } from './method.ts'
import type { Bytes } from './protobuf.ts'
import { statusOf } from './refusal.ts'
import { bytesOf } from './reply.ts'
import { methods, type Service } from './service.ts'
import { serviceMethods } from './wire.ts'

/** A hub that other processes can reach. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** How much more than the hub takes a message may measure: then the hub itself, which knows what it is, refuses it. */
const transportFactor = 4

export interface ListenOptions {
  readonly maxMessageBytes: number
  /** How long a connection may be silent before it is asked for a sign of life. */
  readonly silenceMs: number
  /** A copy of the file, in pieces. */
  readonly copy: () => AsyncIterable<Buffer>
  /** Who has one of these may come in; absent: everybody. */
  readonly tokens?: readonly string[]
}

/** Serves the service over gRPC at `address`, `host:port`. */
export async function listen(
  service: Service,
  address: string,
  { maxMessageBytes, silenceMs, copy, tokens }: ListenOptions,
): Promise<Listener> {
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes * transportFactor,
    'grpc.max_send_message_length': -1,
    'grpc.keepalive_time_ms': silenceMs,
    'grpc.keepalive_timeout_ms': silenceMs / 2,
    ...(tokens && { interceptors: [byToken(tokens)] }),
  })
  server.addService(definition, implementation(service))
  server.addService({ copy: copyMethod }, { copy: copying(copy) })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  )
  const port = await promise.catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      'usage',
      `The hub cannot listen at "${address}": ${reason}; name a free address, such as "127.0.0.1:0"`,
      { cause },
    )
  })
  return { port, close: () => close(server) }
}

/** Answers are encoded by us. */
const definition: ServiceDefinition = Object.fromEntries(
  Object.entries(serviceMethods).map(([name, method]) => [
    name,
    {
      ...method,
      responseSerialize: (answer: Bytes) => Buffer.from(answer.buffer, answer.byteOffset, answer.length),
    },
  ]),
)

function implementation(service: Service): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      method.isStream ? streaming(service, method.serve) : single(service, method.serve),
    ]),
  )
}

interface ServerCall {
  readonly request: object
  readonly metadata: { get(name: string): readonly (string | Buffer)[] }
  on(event: 'cancelled' | 'close' | 'error', listener: () => void): unknown
}

function contextOf(service: Service, call: ServerCall): Call {
  const gone = new AbortController()
  for (const event of ['cancelled', 'close', 'error'] as const) call.on(event, () => gone.abort())
  return {
    hub: service.hubNamed(call.metadata.get('taskhub')[0]?.toString()),
    isLocal: false,
    signal: () => gone.signal,
  }
}

function single(service: Service, serve: Unary): handleUnaryCall<object, Bytes> {
  return (call, answer) => {
    const served = async (): Promise<Bytes> => bytesOf(await serve(call.request, contextOf(service, call)))
    served().then(
      (reply) => answer(null, reply),
      (error: unknown) => answer(statusOf(error)),
    )
  }
}

function streaming(service: Service, serve: Streaming): handleServerStreamingCall<object, Bytes> {
  return (call) => {
    const served = async (): Promise<void> =>
      serve(call.request, contextOf(service, call), (item) => call.write(bytesOf(item)))
    served().then(
      () => call.end(),
      (error: unknown) => call.emit('error', statusOf(error)),
    )
  }
}

function copying(copy: ListenOptions['copy']): handleServerStreamingCall<Buffer, Buffer> {
  return (call) => {
    const gone = new AbortController()
    call.on('cancelled', () => gone.abort())
    sendAll(copy(), call, gone.signal).then(
      () => call.end(),
      (error: unknown) => call.emit('error', statusOf(error)),
    )
  }
}

/** Sends each piece when the one before has left. */
async function sendAll(
  pieces: AsyncIterable<Buffer>,
  call: ServerWritableStream<Buffer, Buffer>,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of pieces) {
    if (signal.aborted) return
    if (!call.write(piece)) await Promise.race([once(call, 'drain'), once(signal, 'abort')])
  }
}

/** Ends every call; those that have not ended by themselves within a second are cut. */
async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cut = setTimeout(() => server.forceShutdown(), 1_000)
  server.tryShutdown(() => resolve())
  await promise
  clearTimeout(cut)
}

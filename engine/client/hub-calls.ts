import { AsyncLocalStorage } from 'node:async_hooks'
import { NoOpLogger, TaskHubGrpcClient, type TaskHubGrpcClientOptions } from '@microsoft/durabletask-js'
import { EngineError } from '../error.ts'
import { fromHub } from './hub-error.ts'
import { localStub, type Perform } from './local-stub.ts'

/** How a client reaches its hub: the client's half of a hub connection. */
export interface ClientConnection {
  readonly description: string
  /** The most bytes that the hub takes in one message; absent: it says itself what is too much. */
  readonly messageBytes?: number
  /** Whether the hub refuses at once to wait for what does not exist; absent: it may wait. */
  readonly refusesUnknown?: boolean
  clientOptions(): Promise<TaskHubGrpcClientOptions>
  /** The methods of a hub in this process that have one answer, by their names in the SDK's stub. */
  readonly methods?: Readonly<Record<string, Perform>>
}

/** The SDK's client, with calls that can be given up and errors that people can read. */
export interface HubCalls {
  /** Performs `send`; every gRPC call it makes ends when `signal` aborts, and then the signal's reason is thrown. */
  <T>(send: (sdk: TaskHubGrpcClient) => Promise<T>, signal?: AbortSignal): Promise<T>
  close(): void
}

/**
 * The SDK has no way to give a call up: even its own time-outs leave the call open on the hub. gRPC shows every call
 * as it starts, so a signal that travels with the caller can cancel it.
 */
export async function openHubCalls(connection: ClientConnection): Promise<HubCalls> {
  const signals = new AsyncLocalStorage<AbortSignal | undefined>()
  const cancellable = <Properties extends { readonly call: Call }>(properties: Properties): Properties => {
    const { call } = properties
    const signal = signals.getStore()
    if (!signal) return properties
    const giveUp = (): void => call.cancel()
    signal.addEventListener('abort', giveUp, { once: true })
    call.once('status', () => signal.removeEventListener('abort', giveUp))
    if (signal.aborted) setImmediate(giveUp) // the call starts right after this returns
    return properties
  }
  const options = await connection.clientOptions()
  const sdk = new TaskHubGrpcClient({
    ...options,
    logger: options.logger ?? new NoOpLogger(),
    options: { ...options.options, callInvocationTransformer: cancellable },
  })
  if (connection.methods) {
    const stub: unknown = Reflect.get(sdk, '_stub')
    if (typeof stub !== 'object' || stub === null)
      throw new TypeError(
        'This version of @microsoft/durabletask-js keeps its stub elsewhere; 0.4.0 is known',
      )
    Reflect.set(
      sdk,
      '_stub',
      localStub(stub, connection.methods, () => signals.getStore()),
    )
  }

  let isClosed = false
  const perform = async <T>(
    send: (sdk: TaskHubGrpcClient) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    signal?.throwIfAborted()
    if (isClosed) throw clientClosed()
    try {
      return await signals.run(signal, () => send(sdk)) // without a signal too: never a signal of our caller's caller
    } catch (error) {
      signal?.throwIfAborted()
      throw fromHub(error, connection.description)
    }
  }
  // Closing is immediate; what the SDK then waits a second for concerns nobody.
  const close = (): void => {
    isClosed = true
    void sdk.stop()
  }
  return Object.assign(perform, { close })
}

/** What calls end with once their client is closed. */
export function clientClosed(): EngineError {
  return new EngineError('hub.unavailable', 'The client was closed')
}

/** What gRPC shows of a call. */
interface Call {
  cancel(): void
  once(event: 'status', listener: () => void): unknown
}

import type { TaskHubGrpcClientOptions, TaskHubGrpcWorkerOptions } from '@microsoft/durabletask-js'
import type { LocalMethod } from '../scheduler/local-methods.ts'
import type { LocalWorker } from '../scheduler/local.ts'

/** How the Durable Task SDK's client and worker reach one task hub, wherever it is. */
export interface HubConnection {
  /** For people: no token, no key. */
  readonly description: string
  /** The most bytes that the hub takes in one message; absent: it says itself what is too much. */
  readonly messageBytes?: number
  /** Whether it refuses at once to wait for an instance that does not exist; absent: it may wait. */
  readonly refusesUnknown?: boolean
  clientOptions(): Promise<TaskHubGrpcClientOptions>
  /** The methods of a hub in this process that have one answer, by their names in the SDK's stub: for clients, without gRPC. */
  readonly methods?: Readonly<Record<string, LocalMethod>>
  workerOptions(): Promise<TaskHubGrpcWorkerOptions>
  /** Lets a worker in without the SDK's connection, if the hub is in this process; gives the way to leave. */
  readonly join?: (worker: LocalWorker) => () => void
  close(): Promise<void>
}

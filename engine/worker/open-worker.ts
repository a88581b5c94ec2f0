import type { StructuredLogger, TaskHubGrpcWorkerOptions } from '@microsoft/durabletask-js'
import type { Environment } from '../config.ts'
import { toThrowable } from '../failure.ts'
import type { Definition } from '../language/definition.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import { interpreter } from '../orchestrator/interpret.ts'
import type { OrchestratorInput } from '../orchestrator/state.ts'
import type { Run } from '../run.ts'
import type { ActivityLog, ActivityRegistry } from './activity.ts'
import { Deliveries } from './deliveries.ts'
import { ActivityHost } from './host.ts'
import { type LocalWorker, localWorker } from './local-worker.ts'
import { ownActivities, type Runs } from './own-activities.ts'
import { startPatrol } from './patrol.ts'
import { type Duties, isTraced, sdkWorker } from './sdk-worker.ts'
import { Secrets } from './secrets.ts'
import { packed } from './thrown.ts'

/** How a worker reaches its hub: the worker's half of a hub connection. */
export interface WorkerConnection {
  /** The most bytes that the hub takes in one message, if it does not say so itself. */
  readonly messageBytes?: number
  workerOptions(): Promise<TaskHubGrpcWorkerOptions>
  /** Lets a worker in without the SDK's connection, if the hub is in this process; gives the way to leave. */
  readonly join?: (worker: LocalWorker) => () => void
}

export interface WorkerOptions {
  readonly activities: ActivityRegistry
  /** The definitions that child runs are started from, as of now. */
  definitions(): readonly Definition[]
  readonly client: Runs & { get(id: string): Promise<Run | undefined> }
  readonly log?: ActivityLog
  readonly limits?: WorkerLimits
  /** Default: that of the process. */
  readonly env?: Environment
  /** A dotenv file with the secrets that are not in the environment. */
  readonly secretsFile?: string
}

export interface WorkerLimits {
  /** How many handlers run at a time; default 100. */
  readonly concurrency?: number
  /** The most that a result may measure as JSON; default 1 MiB, or what the hub takes. */
  readonly resultBytes?: number
  /**
   * How many runs keep their interpreter between turns, so that their history need not be replayed; default 250. With 0
   * the SDK's worker does everything as it is shipped.
   */
  readonly liveRuns?: number
}

/** Interprets runs and hosts their activities. */
export interface Worker {
  /** How many calls of activities are under way. */
  readonly running: number
  /** Aborts the calls of a run that stand at `path`, or all of them; gives their number. */
  abort(runId: string, path?: string): number
  /**
   * Tells every handler to stop, delivers what still ends within `graceMs` (default 5 s), and leaves the rest to be
   * asked for again.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>
}

/** How long the last results may take to reach the hub. */
const deliveryMs = 2_000

/** Joins a hub as a worker: over the connection of the SDK's, or without one if the hub is in this process. */
export async function openWorker(connection: WorkerConnection, options: WorkerOptions): Promise<Worker> {
  const { client, activities, log = silentLog, env = process.env } = options
  const secrets = new Secrets(env, options.secretsFile)
  await secrets.check()
  const raise: Runs['raise'] = (id, event, data) => client.raise(id, event, data)
  const { messageBytes } = connection
  const host = new ActivityHost({
    activities,
    secrets,
    log,
    raise,
    ...(messageBytes !== undefined && { resultBytes: messageBytes }),
    ...options.limits,
  })
  const own = ownActivities({ definitions: () => options.definitions(), runs: client, env })
  const unanswered = Promise.withResolvers<never>()
  unanswered.promise.catch(() => {}) // nobody may be left to hear of it

  const abort = (runId: string, path?: string): number =>
    host.abort(runId, path === undefined ? undefined : (call) => call.path === path)
  const interpret = interpreter({ onAbandoned: abort })
  const perform = (name: string, request: ActivityRequest): Promise<unknown> =>
    own(name, request.input)?.catch((error: unknown) => Promise.reject(packed(error))) ??
    host.perform(name, request)

  const duties: Duties = {
    orchestrator: (ctx, input: unknown) => {
      if (isOrchestratorInput(input)) return interpret(ctx, input)
      throw notOurs('The run')
    },
    activity: async (name, input) => {
      if (!isRequest(input)) throw notOurs(`The call of activity "${name}"`)
      const result = await perform(name, input)
      return result === undefined ? unanswered.promise : result
    },
  }

  const deliveries = new Deliveries()
  const liveRuns = options.limits?.liveRuns ?? 250
  const joinSdk = async (): Promise<() => void> => {
    const followed = deliveries.follow(await connection.workerOptions())
    const settings = { ...followed, logger: connectionNews(log), shutdownTimeoutMs: deliveryMs }
    const sdk = sdkWorker(settings, duties, liveRuns)
    await sdk.start()
    return () => void sdk.stop().catch(() => {}) // it was never connected; and we need not wait for the second it sleeps at its end
  }
  const leave =
    connection.join && liveRuns > 0 && !isTraced()
      ? connection.join(localWorker(duties, liveRuns, deliveries))
      : await joinSdk()
  const endPatrol = startPatrol(host, (id) => client.get(id))
  return {
    get running() {
      return host.running.count
    },
    abort,
    // The stream stays open while handlers end: once it is closed, the hub gives their calls to another worker.
    stop: async ({ graceMs = 5_000 } = {}) => {
      endPatrol()
      await host.stop(graceMs)
      leave()
      await deliveries.shut(deliveryMs)
      unanswered.reject(new Error('The worker has stopped'))
    },
  }
}

function isOrchestratorInput(input: unknown): input is OrchestratorInput {
  return isObject(input) && ['definition', 'state', 'child', 'part', 'schedule'].some((key) => key in input)
}

function isRequest(input: unknown): input is ActivityRequest {
  return isObject(input) && 'runId' in input && 'input' in input
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null
}

/** What a hub hands us when another program has put it there. */
function notOurs(what: string): Error {
  return toThrowable({
    type: 'definition.unknown',
    message: `${what} was not started by Longhaul: its input carries no definition; start it with the client or "longhaul start"`,
    retryable: false,
  })
}

/** What the SDK's worker says about its connection; of what it does with work we know more ourselves. */
function connectionNews(log: ActivityLog): StructuredLogger {
  return {
    ...silentLog,
    logEvent: (_, { eventId }, message) => {
      if (connectionEvents.has(eventId)) log.warn(`The hub's connection: ${message}`)
    },
  }
}

/** `WORKER_ERROR`, `STREAM_RETRY`, `STREAM_ERROR` and `STREAM_ERROR_INFO` of the SDK. */
const connectionEvents: ReadonlySet<number> = new Set([701, 703, 704, 736])

const silentLog: ActivityLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ChannelCredentials } from '@grpc/grpc-js'
import type { TaskHubGrpcClientOptions } from '@microsoft/durabletask-js'
import { EngineError } from '../error.ts'
import { openScheduler, type Scheduler, type SchedulerOptions } from '../scheduler/scheduler.ts'
import type { HubConnection } from './connection.ts'

export interface EmbeddedHubOptions extends Omit<SchedulerOptions, 'path'> {
  /** The folder of the hub's file; made when it is not there. */
  readonly dataDir: string
  /** Default `default`. */
  readonly taskHub?: string
}

/** A hub in this process. */
export interface EmbeddedHub extends HubConnection {
  /** Serves other processes at `host:port`, all of them or those that have one of `tokens`; gives the port. */
  listen(address: string, tokens?: readonly string[]): Promise<number>
}

/** Opens the hub in `dataDir`; refused with `data.locked` while another process has it. */
export async function openEmbeddedHub(options: EmbeddedHubOptions): Promise<EmbeddedHub> {
  const { dataDir, taskHub, ...rest } = options
  await makeFolder(dataDir)
  const path = fileIn(dataDir)
  const scheduler: Scheduler = await openScheduler({ ...rest, path })
  // Nobody dials the address: calls never leave the process.
  const connect = async (): Promise<TaskHubGrpcClientOptions> => ({
    hostAddress: 'localhost',
    credentials: ChannelCredentials.createInsecure(),
    options: scheduler.inProcess(taskHub),
  })
  return {
    description: `embedded, in ${path}`,
    refusesUnknown: true,
    clientOptions: connect,
    workerOptions: connect,
    methods: scheduler.methods(taskHub),
    join: (worker) => scheduler.join(worker, taskHub),
    listen: (address, tokens) => scheduler.listen(address, tokens),
    close: () => scheduler.close(),
  }
}

/** The file of the hub in a data folder. */
export function fileIn(dataDir: string): string {
  return join(dataDir, 'hub.db')
}

/** What runs carry is for their owner alone. */
async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      'data.unavailable',
      `"${dataDir}" cannot be made a data folder: ${reason}; name another one`,
      { cause },
    )
  }
}

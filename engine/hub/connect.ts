import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { ChannelCredentials, type ChannelOptions, Metadata } from '@grpc/grpc-js'
import type { TaskHubGrpcClientOptions } from '@microsoft/durabletask-js'
import { systemClock } from '../clock.ts'
import type { HubConnection } from './connection.ts'
import { type HubAddress, parseConnectionString } from './connection-string.ts'
import { credentialFor, tokenSource } from './credential.ts'

/** The connection string that an environment names; absent: none, which means the embedded hub. */
export function hubNamedBy(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const whole = env['LONGHAUL_HUB'] || env['DTS_CONNECTION_STRING']
  if (whole) return whole
  const endpoint = env['DTS_ENDPOINT']
  if (!endpoint) return undefined
  const authentication = /^http:/i.test(endpoint) ? 'None' : 'DefaultAzure'
  return `Endpoint=${endpoint};Authentication=${authentication};TaskHub=${env['DTS_TASKHUB'] || 'default'}`
}

export interface ConnectOptions {
  /** How long a hub may be silent before it is asked for a sign of life, and left if none comes in a third of that time; default 30 s. */
  readonly silenceMs?: number
}

/** Connects to a Durable Task Scheduler, its emulator or another process's hub; `hub.invalid` when the string is not one. */
export async function connectHub(
  connectionString: string,
  { silenceMs = 30_000 }: ConnectOptions = {},
): Promise<HubConnection> {
  const address = parseConnectionString(connectionString)
  const credential = await credentialFor(address)
  const token = credential && tokenSource(credential, systemClock)
  return {
    description: `task hub "${address.taskHub}" at ${address.host}`,
    ...(address.isEncrypted && { messageBytes: schedulerMessageBytes }),
    clientOptions: async () => optionsFor(address, 'client', silenceMs, token),
    workerOptions: async () => optionsFor(address, 'worker', silenceMs, token),
    close: async () => {}, // clients and workers end their channels themselves
  }
}

function optionsFor(
  address: HubAddress,
  role: 'client' | 'worker',
  silenceMs: number,
  token: (() => Promise<string>) | undefined,
): TaskHubGrpcClientOptions {
  const fixed: Record<string, string> = {
    taskhub: address.taskHub,
    'x-user-agent': `durabletask-js/${sdkVersion} (${role === 'client' ? 'DurableTaskClient' : 'DurableTaskWorker'})`,
    ...(role === 'worker' && { workerid: `${hostname()},${process.pid},${randomUUID()}` }),
  }
  return {
    hostAddress: address.host,
    credentials: address.isEncrypted ? ChannelCredentials.createSsl() : ChannelCredentials.createInsecure(),
    options: {
      ...channelOptions,
      // A hub that is gone without a word is noticed.
      'grpc.keepalive_time_ms': silenceMs,
      'grpc.keepalive_timeout_ms': silenceMs / 3,
    },
    metadataGenerator: async () => {
      // A worker whose first call fails never tries again: it waits until the hub is there.
      const metadata = new Metadata({ waitForReady: role === 'worker' })
      for (const [key, value] of Object.entries(fixed)) metadata.set(key, value)
      if (token) metadata.set('authorization', `Bearer ${await token()}`)
      return metadata
    },
  }
}

/**
 * What fits into a message of the Durable Task Scheduler, which is at most 1 MiB, beside what is sent around it. Only
 * the scheduler in Azure encrypts; its emulator and our own hubs say themselves what is too much.
 */
const schedulerMessageBytes = 1_000_000

/** The version that package.json pins; hubs write it into their logs. */
const sdkVersion = '0.4.0'

/**
 * What may be asked again when nobody knows whether it was heard. A second start could run an ended run again, and a
 * second event is another event: whoever asked for those is told that the hub is away, and decides.
 */
const repeatable = [
  'Hello',
  'GetInstance',
  'WaitForInstanceStart',
  'WaitForInstanceCompletion',
  'QueryInstances',
  'ListInstanceIds',
  'StreamInstanceHistory',
  'TerminateInstance',
  'SuspendInstance',
  'ResumeInstance',
  'GetWorkItems',
  'CompleteActivityTask',
  'CompleteOrchestratorTask',
  'AbandonTaskActivityWorkItem',
  'AbandonTaskOrchestratorWorkItem',
]

/** How large a message may be is for the hub to say: what we refused to receive, it would send again for ever. */
const channelOptions: ChannelOptions = {
  'grpc.primary_user_agent': 'longhaul',
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.enable_retries': 1,
  'grpc.service_config': JSON.stringify({
    methodConfig: [
      {
        name: repeatable.map((method) => ({ service: 'TaskHubSidecarService', method })),
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: '0.05s',
          maxBackoff: '0.25s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  }),
}

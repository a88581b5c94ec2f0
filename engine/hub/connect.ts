// TEMPORARY BRIDGE, not committed.
import { createRequire } from 'node:module'
import type { HubConnection } from './connection.ts'
const grpc = createRequire(import.meta.url)('@grpc/grpc-js')
export async function connectHub(connectionString: string): Promise<HubConnection> {
  const m = new Map(
    connectionString
      .split(';')
      .filter(Boolean)
      .map((p) => {
        const i = p.indexOf('=')
        return [p.slice(0, i).toLowerCase(), p.slice(i + 1)] as const
      }),
  )
  const u = new URL(m.get('endpoint')!)
  const options = (wait: boolean) => ({
    hostAddress: `${u.hostname}:${u.port}`,
    metadataGenerator: async () => {
      const md = new grpc.Metadata({ waitForReady: wait })
      md.set('taskhub', m.get('taskhub') ?? 'default')
      return md
    },
  })
  return {
    description: u.host,
    clientOptions: async () => options(false),
    workerOptions: async () => options(true),
    close: async () => {},
  } as any
}
export function hubNamedBy(env: Record<string, string | undefined>): string | undefined {
  return env['LONGHAUL_HUB'] ?? env['DTS_CONNECTION_STRING']
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { RestatePromise, serve, service, type Input } from '@restatedev/restate-sdk'
import type { Contestant } from '../contestant.ts'
import { freePort } from './free-port.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 256 })
const host = '127.0.0.1'

/** Restate: its server as a child process with a fresh folder, its handlers in this process. */
export async function openRestate(folder: string): Promise<Contestant> {
  const [ingress = 0, admin = 0, node = 0, handlers = 0] = await Promise.all([1, 2, 3, 4].map(freePort))
  const server = spawn(
    binary(),
    ['--base-dir', join(folder, 'restate'), '--listen-mode', 'tcp', '--no-logo', '--log-filter', 'error'],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        RESTATE_NODE_NAME: 'bench',
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_BIND_PORT: String(node),
        RESTATE_INGRESS__BIND_PORT: String(ingress),
        RESTATE_ADMIN__BIND_PORT: String(admin),
        RESTATE_ADMIN__DISABLE_WEB_UI: 'true',
      },
    },
  )
  process.once('exit', () => server.kill('SIGKILL'))
  await serve({ services: [bench], port: handlers, logger: () => {} })
  await untilDone(() => post(admin, '/deployments', { uri: `http://${host}:${handlers}`, force: true }))
  await untilDone(() => post(ingress, '/bench/sequence', { steps: 1, from: 0 }))
  const call = async (handler: string, input: Input): Promise<unknown> =>
    JSON.parse(await post(ingress, `/bench/${handler}`, input))
  return {
    sequence: (steps, from) => call('sequence', { steps, from }),
    loop: (passes) => call('sequence', { steps: passes, from: 0 }),
    fan: (steps) => call('fan', { steps, from: 0 }),
    stop: async () => {
      server.kill('SIGTERM')
      await Promise.race([once(server, 'exit'), pause(3_000)])
    },
  }
}

const bench = service({
  name: 'bench',
  handlers: {
    sequence: async (context, { steps, from }) => {
      let n = from
      for (let at = 0; at < steps; at += 1) n = await context.run(`s${at}`, async () => n + 1)
      return n
    },
    fan: async (context, { steps }) => {
      const all = Array.from({ length: steps }, (_, at) => context.run(`s${at}`, async () => at + 1))
      return (await RestatePromise.all(all)).length
    },
  },
})

function binary(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}/package.json`
  return join(dirname(createRequire(import.meta.url).resolve(name)), 'bin/restate-server')
}

async function post(port: number, path: string, body: unknown): Promise<string> {
  const sent = request({
    host,
    port,
    path,
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json' },
  })
  sent.end(JSON.stringify(body))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one argument of the event
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const answer = await text(response)
  if ((response.statusCode ?? 500) >= 300)
    throw new Error(`Restate answered ${response.statusCode}: ${answer}`)
  return answer
}

/** The server needs a second or two before it takes calls. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let left = 600; ; left -= 1)
    try {
      await work()
      return
    } catch (error) {
      if (left === 0) throw error
      await pause(50)
    }
}

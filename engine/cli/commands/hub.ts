import { type Command, InvalidArgumentError } from 'commander'
import { EngineError } from '../../error.ts'
import { type EmbeddedHub, openEmbeddedHub } from '../../hub/embedded.ts'
import { announce, ownerOf, type Endpoint } from '../endpoint.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { addRetention, type RetentionArguments } from '../retention.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { untilStopped } from '../until-stopped.ts'
import { addHubBackup } from './hub-backup.ts'

/** `longhaul hub`. */
export function addHub(program: Command, shell: Shell): void {
  const hub = program.command('hub')
  addHubBackup(hub, shell)
  addRetention(hub)
    .summary('keep runs for workers and servers in other processes')
    .description(
      'Serves the task hub in the data folder, and nothing else, over the Durable Task gRPC protocol: workers and servers of other ' +
        'processes, and the Durable Task SDKs of other languages, join it by its connection string. The protocol has no ' +
        'authentication of its own, so it listens on a loopback address only.',
    )
    .option(
      '--listen <address>',
      'host:port to listen at; port 0 picks a free one',
      addressOf,
      '127.0.0.1:8080',
    )
    .addHelpText(
      'after',
      examples(
        'longhaul hub',
        'longhaul hub --listen 127.0.0.1:0 --data /var/lib/longhaul --retention 30d',
        'longhaul hub backup runs-2030-01-01.db   # while it runs, or when nobody does',
      ),
    )
    .action(async ({ listen, retention }: HubArguments, command: Command) => {
      const { data, json } = settingsOf(command, shell)
      const stopped = untilStopped(shell)
      const opened = await openHub(data, retention)
      try {
        const port = await opened.listen(listen)
        const withdraw = announce(data, { pid: process.pid, port })
        const connection = `Endpoint=http://${hostIn(listen)}:${port};Authentication=None;TaskHub=default`
        if (json) sayJson(shell.out, { connection, port, data })
        say(shell.err, `Hub       ${data}`)
        say(shell.err, `Join it   --hub "${connection}", or LONGHAUL_HUB`)
        await stopped
        withdraw()
      } finally {
        await opened.close()
      }
      say(shell.err, 'Stopped; what was under way goes on with the next start')
    })
}

interface HubArguments extends RetentionArguments {
  readonly listen: string
}

async function openHub(data: string, retentionMs: number | undefined): Promise<EmbeddedHub> {
  const owner = await ownerOf(data)
  if (owner) throw owned(data, owner)
  return openEmbeddedHub({ dataDir: data, ...(retentionMs !== undefined && { retentionMs }) })
}

function owned(data: string, { pid }: Endpoint): EngineError {
  return new EngineError(
    'data.locked',
    `Process ${pid} has "${data}" already; stop it, or name another folder with --data`,
  )
}

/** `host:port` on a loopback address. */
function addressOf(value: string): string {
  const port = Number(/:(\d+)$/.exec(value)?.[1] ?? NaN)
  const isLoopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostIn(value))
  if (isLoopback && port <= 65_535) return value
  throw new InvalidArgumentError('A loopback address and a port are wanted, such as 127.0.0.1:8080.')
}

function hostIn(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}

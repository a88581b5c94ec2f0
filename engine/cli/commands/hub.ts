import { type Command, InvalidArgumentError } from 'commander'
import { EngineError } from '../../error.ts'
import { type EmbeddedHub, type EmbeddedHubOptions, openEmbeddedHub } from '../../hub/embedded.ts'
import { announce, ownerOf, type Endpoint } from '../endpoint.ts'
import { countOf, examples } from '../help.ts'
import { tokensOf } from '../mcp-options.ts'
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
        'processes, and the Durable Task SDKs of other languages, join it by its connection string. Beyond this machine it ' +
        'lets nobody in without a token; it speaks no TLS, so put a proxy that does before it when the network is not yours alone.',
    )
    .option(
      '--listen <address>',
      'host:port to listen at, beyond this machine only with tokens; port 0 picks a free one',
      addressOf,
      '127.0.0.1:8080',
    )
    .option(
      '--tokens <file>',
      'who may come in: one "principal token" a line (default: $LONGHAUL_HUB_TOKENS)',
    )
    .option(
      '--max-message <mebibytes>',
      'how large an input, a result, an event or an answer may be; SDKs take 4 unless they are told otherwise',
      countOf,
      64,
    )
    .addHelpText(
      'after',
      examples(
        'longhaul hub',
        'longhaul hub --listen 127.0.0.1:0 --data /var/lib/longhaul --retention 30d',
        'longhaul hub --listen 0.0.0.0:8080 --tokens tokens.txt',
        'longhaul hub backup runs-2030-01-01.db   # while it runs, or when nobody does',
      ),
    )
    .action(async (typed: HubArguments, command: Command) => {
      const { listen, retention } = typed
      const { data, json } = settingsOf(command, shell)
      const tokens = tokensOf(typed.tokens, 'LONGHAUL_HUB_TOKENS', shell)?.map(({ token }) => token)
      refuseStrangers(listen, tokens)
      const stopped = untilStopped(shell)
      const opened = await openHub(data, {
        maxMessageBytes: typed.maxMessage * 1024 * 1024,
        ...(retention !== undefined && { retentionMs: retention }),
      })
      try {
        const port = await opened.listen(listen, tokens)
        const [token] = tokens ?? []
        const host = reachable(hostIn(listen))
        const withdraw = announce(data, {
          pid: process.pid,
          port,
          host,
          ...(token !== undefined && { token }),
        })
        const authentication = tokens ? 'Token' : 'None'
        const connection = `Endpoint=http://${hostIn(listen)}:${port};Authentication=${authentication};TaskHub=default`
        if (json) sayJson(shell.out, { connection, port, data })
        say(shell.err, `Hub       ${data}`)
        say(shell.err, `Join it   --hub "${connection}", or LONGHAUL_HUB`)
        if (tokens)
          say(shell.err, '          with ";Token=" or ";TokenFilePath=", and a token that is known here')
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
  readonly tokens?: string
  readonly maxMessage: number
}

/** What other machines can reach, whoever is there could use. */
function refuseStrangers(address: string, tokens: readonly string[] | undefined): void {
  if (tokens || isLoopback(hostIn(address))) return
  throw new EngineError(
    'usage',
    `"${address}" can be reached from other machines; say who may come in, with --tokens or LONGHAUL_HUB_TOKENS, or listen at 127.0.0.1`,
  )
}

async function openHub(data: string, options: Omit<EmbeddedHubOptions, 'dataDir'>): Promise<EmbeddedHub> {
  const owner = await ownerOf(data)
  if (owner) throw owned(data, owner)
  return openEmbeddedHub({ dataDir: data, ...options })
}

function owned(data: string, { pid }: Endpoint): EngineError {
  return new EngineError(
    'data.locked',
    `Process ${pid} has "${data}" already; stop it, or name another folder with --data`,
  )
}

/** `host:port`. */
function addressOf(value: string): string {
  const port = Number(/:(\d{1,5})$/.exec(value)?.[1] ?? NaN)
  if (/^(?:[\w.-]+|\[[\d:a-f.]+\])$/i.test(hostIn(value)) && port <= 65_535) return value
  throw new InvalidArgumentError('An address and a port are wanted, such as 127.0.0.1:8080.')
}

function hostIn(address: string): string {
  return address.slice(0, address.lastIndexOf(':'))
}

function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(host)
}

/** Where commands on this machine find a hub that listens at `host`. */
function reachable(host: string): string {
  return /^(?:0\.0\.0\.0|\[::\])$/.test(host) ? '127.0.0.1' : host
}

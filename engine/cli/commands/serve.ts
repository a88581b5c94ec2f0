import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import type { HttpOptions, HttpServer } from '../../mcp/http.ts'
import { examples } from '../help.ts'
import { mcpHostOf } from '../mcp-host.ts'
import { addHttpOptions, type HttpArguments, httpOptionsOf } from '../mcp-options.ts'
import { paint, say, sayJson } from '../print.ts'
import { addRetention, type RetentionArguments, retentionOf } from '../retention.ts'
import { sayReload, sayWhatIsBroken } from '../say-issues.ts'
import { type Settings, settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation, type Station } from '../station.ts'
import { graceMs, untilStopped } from '../until-stopped.ts'

/** `longhaul serve`. */
export function addServe(program: Command, shell: Shell): void {
  addRetention(addHttpOptions(program.command('serve')))
    .summary('serve every definition as an MCP tool over HTTP')
    .description(
      'Serves every definition as a long-running MCP tool over Streamable HTTP, carries runs on, and takes up edited definitions.\n' +
        'Ctrl-C gives running activities a few seconds; what is not done goes on with the next start. A second Ctrl-C ends at once.',
    )
    .option('--no-worker', 'leave the runs to workers in other processes (longhaul worker)')
    .addHelpText(
      'after',
      examples(
        'longhaul serve',
        'longhaul serve --port 0 --data /var/lib/longhaul --retention 30d',
        'longhaul serve --bind 0.0.0.0 --tokens tokens.txt --allow-host workflows.example.org',
        'longhaul serve --hub "Endpoint=http://localhost:8080;Authentication=None;TaskHub=default"',
      ),
    )
    .action(async (typed: ServeArguments, command: Command) => {
      const settings = settingsOf(command, shell)
      const options = httpOptionsOf(typed, shell)
      const stopped = untilStopped(shell)
      const station = await openStation(settings, shell, {
        watch: true,
        worker: typed.worker,
        isOpen: true,
        ...retentionOf(typed, settings, shell),
      })
      try {
        refuseSecondServer(station, settings)
        sayWhatIsBroken(station.engine, shell)
        const server = await listen(station, options)
        station.announceMcp(server.url)
        sayWhatIsServed(station, settings, server.url, shell)
        const forget = station.onDefinitionsChanged(() => sayReload(station.engine, shell))
        await stopped
        forget()
        await server.close()
      } finally {
        await station.close({ graceMs })
      }
      say(shell.err, 'Stopped; what was under way goes on with the next start')
    })
}

interface ServeArguments extends HttpArguments, RetentionArguments {
  readonly worker: boolean
}

/** Two servers on one data folder would be one too many: clients could not tell which to talk to. */
function refuseSecondServer({ owner }: Station, { data }: Settings): void {
  if (owner?.mcp === undefined) return
  throw new EngineError(
    'data.locked',
    `Process ${owner.pid} serves "${data}" already, at ${owner.mcp}; stop it, or name another folder with --data`,
  )
}

async function listen(station: Station, options: HttpOptions): Promise<HttpServer> {
  // Loaded here: the SDKs of MCP are half of all the code there is, and no other command needs them.
  const { serveHttp } = await import('../../mcp/http.ts')
  try {
    return await serveHttp(mcpHostOf(station), options)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error
    throw new EngineError(
      'port.taken',
      `Port ${options.port} is taken by another program; --port names another, 0 picks a free one`,
      {
        cause: error,
      },
    )
  }
}

function sayWhatIsServed(station: Station, settings: Settings, url: string, shell: Shell): void {
  const { err } = shell
  const { engine, owner } = station
  const tools = engine.definitions().filter(({ tool }) => tool.expose)
  const row = (name: string, text: string): void => say(err, `${paint(err, 'dim', name.padEnd(8))}${text}`)
  row('tools', tools.map(({ name }) => name).join(', ') || 'none')
  row('hub', engine.hub)
  if (owner) row('', `process ${owner.pid} owns the data folder; this one takes over when that one ends`)
  row('MCP', paint(err, 'bold', url))
  if (settings.json) sayJson(shell.out, { url, hub: engine.hub, tools: tools.map(({ name }) => name) })
}

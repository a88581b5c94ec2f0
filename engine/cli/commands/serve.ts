import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import type { HttpServer } from '../../mcp/http.ts'
import { examples, portOf } from '../help.ts'
import { mcpHostOf } from '../mcp-host.ts'
import { paint, say, sayJson } from '../print.ts'
import { sayReload, sayWhatIsBroken } from '../say-issues.ts'
import { type Settings, settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation, type Station } from '../station.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'

/** `longhaul serve`. */
export function addServe(program: Command, shell: Shell): void {
  program
    .command('serve')
    .summary('serve every definition as an MCP tool over HTTP')
    .description(
      'Serves every definition as a long-running MCP tool over Streamable HTTP, carries runs on, and takes up edited definitions.\n' +
        'Ctrl-C gives running activities a few seconds; what is not done goes on with the next start. A second Ctrl-C ends at once.',
    )
    .option('--no-worker', 'leave the runs to workers in other processes (longhaul worker)')
    .option('--port <n>', 'the port on 127.0.0.1; 0 picks a free one', portOf, 3000)
    .addHelpText(
      'after',
      examples(
        'longhaul serve',
        'longhaul serve --port 0 --data /var/lib/longhaul',
        'longhaul serve --hub "Endpoint=http://localhost:8080;Authentication=None;TaskHub=default"',
      ),
    )
    .action(
      async ({ port, worker }: { readonly port: number; readonly worker: boolean }, command: Command) => {
        const settings = settingsOf(command, shell)
        const stopped = untilStopped(shell)
        const station = await openStation(settings, shell, { watch: true, worker, isOpen: true })
        try {
          refuseSecondServer(station, settings)
          sayWhatIsBroken(station.engine, shell)
          const server = await listen(station, port)
          station.announceMcp(server.url)
          sayWhatIsServed(station, settings, server.url, shell)
          const forget = station.onDefinitionsChanged(() => sayReload(station.engine, shell))
          await stopped
          forget()
          await server.close()
        } finally {
          await station.close({ graceMs: 7_000 })
        }
        say(shell.err, 'Stopped; what was under way goes on with the next start')
      },
    )
}

/** Two servers on one data folder would be one too many: clients could not tell which to talk to. */
function refuseSecondServer({ owner }: Station, { data }: Settings): void {
  if (owner?.mcp === undefined) return
  throw new EngineError(
    'data.locked',
    `Process ${owner.pid} serves "${data}" already, at ${owner.mcp}; stop it, or name another folder with --data`,
  )
}

async function listen(station: Station, port: number): Promise<HttpServer> {
  // Loaded here: the SDKs of MCP are half of all the code there is, and no other command needs them.
  const { serveHttp } = await import('../../mcp/http.ts')
  try {
    return await serveHttp(mcpHostOf(station), { port, version })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error
    throw new EngineError(
      'port.taken',
      `Port ${port} is taken by another program; --port names another, 0 picks a free one`,
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

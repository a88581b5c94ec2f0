import type { Command } from 'commander'
import { examples } from '../help.ts'
import { mcpHostOf } from '../mcp-host.ts'
import { addMcpOptions, type McpArguments, mcpOptionsOf } from '../mcp-options.ts'
import { addRetention, type RetentionArguments, retentionOf } from '../retention.ts'
import { sayReload, sayWhatIsBroken } from '../say-issues.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation } from '../station.ts'
import { graceMs, untilStopped } from '../until-stopped.ts'

/** `longhaul mcp`. */
export function addMcp(program: Command, shell: Shell): void {
  addRetention(addMcpOptions(program.command('mcp')))
    .summary('serve every definition as an MCP tool over stdio')
    .description(
      'Serves every definition as a long-running MCP tool over standard input and output, for a client that starts it.\n' +
        'Several may work on one data folder: one carries the runs on, and another takes over when it ends.',
    )
    .addHelpText(
      'after',
      examples(
        'longhaul mcp',
        `# in .vscode/mcp.json: {"servers": {"longhaul": {"type": "stdio", "command": "npx", "args": ["longhaul", "mcp"]}}}`,
      ),
    )
    .action(async (typed: McpArguments & RetentionArguments, command: Command) => {
      const settings = settingsOf(command, shell)
      const kept = retentionOf(typed, settings, shell)
      const stopped = untilStopped(shell)
      const station = await openStation(settings, shell, { watch: true, ...kept })
      try {
        sayWhatIsBroken(station.engine, shell)
        const forget = station.onDefinitionsChanged(() => sayReload(station.engine, shell))
        const { serveStdio } = await import('../../mcp/stdio.ts') // as in serve.ts: only where it is needed
        const server = await serveStdio(mcpHostOf(station), mcpOptionsOf(typed))
        await Promise.race([stopped, server.closed])
        forget()
        await server.close()
      } finally {
        await station.close({ graceMs })
      }
    })
}

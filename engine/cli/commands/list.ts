import { type Command, Option } from 'commander'
import type { RunStatus } from '../../run.ts'
import { countOf, examples } from '../help.ts'
import { say, sayJson, sayTable } from '../print.ts'
import { localTime, recordOf } from '../run-view.ts'
import { withRuns } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

const statuses: readonly RunStatus[] = [
  'pending',
  'running',
  'waiting',
  'suspended',
  'completed',
  'failed',
  'cancelled',
]

/** `longhaul list`. */
export function addList(program: Command, shell: Shell): void {
  program
    .command('list')
    .summary('list runs, newest first')
    .description('Lists runs, newest first.')
    .option('--workflow <name>', 'only runs of this workflow')
    .addOption(new Option('--status <status...>', 'only runs in one of these').choices(statuses))
    .option('--limit <n>', 'at most this many', countOf, 50)
    .option('--cursor <cursor>', 'go on where the list before ended')
    .addHelpText(
      'after',
      examples(
        'longhaul list',
        'longhaul list --status running waiting',
        'longhaul list --workflow order-processing --limit 5 --json',
      ),
    )
    .action(async (options: ListOptions, command: Command) => {
      const settings = settingsOf(command, shell)
      await withRuns(settings, shell, async (runs) => {
        const { workflow, status, limit, cursor } = options
        const page = await runs.client.list({
          ...(workflow !== undefined && { workflow }),
          ...(status && { status }),
          ...(cursor !== undefined && { cursor }),
          limit,
        })
        if (settings.json) {
          sayJson(shell.out, { ...page, runs: page.runs.map(recordOf) })
          return
        }
        if (page.runs.length === 0) say(shell.err, 'No runs')
        else
          sayTable(
            shell.out,
            ['run', 'workflow', 'status', 'started', 'progress'],
            page.runs.map((run) => [
              run.id,
              run.workflow,
              run.status,
              localTime(run.createdAt),
              run.error?.message ?? run.report.message ?? '',
            ]),
          )
        if (page.cursor !== undefined) say(shell.err, `There are more: --cursor ${page.cursor}`)
      })
    })
}

interface ListOptions {
  readonly workflow?: string
  readonly status?: readonly RunStatus[]
  readonly limit: number
  readonly cursor?: string
}

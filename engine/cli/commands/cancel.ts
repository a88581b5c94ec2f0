import type { Command } from 'commander'
import { hasEnded } from '../../run.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { recordOf } from '../run-view.ts'
import { withRuns, runNamed, sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul cancel`. */
export function addCancel(program: Command, shell: Shell): void {
  program
    .command('cancel')
    .summary('ask a run to clean up and end')
    .description(
      'Asks a run to clean up and end: what it waits for is given up, its "finally" and its compensations run.\n' +
        'A second cancel ends it at once.',
    )
    .argument('<run>', 'the id of the run')
    .option('--reason <text>', 'why, for whoever looks at the run later')
    .addHelpText(
      'after',
      examples('longhaul cancel 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --reason "ordered twice"'),
    )
    .action(async (id: string, options: { readonly reason?: string }, command: Command) => {
      const settings = settingsOf(command, shell)
      await withRuns(settings, shell, async (runs) => {
        const run = await runNamed(id, runs.client)
        await runs.client.cancel(run.id, options)
        const now = (await runs.client.get(run.id)) ?? run
        if (settings.json) sayJson(shell.out, recordOf(now))
        else say(shell.err, `Asked ${run.id} to end`)
        if (!hasEnded(now.status)) sayWhoContinues(runs, shell)
      })
    })
}

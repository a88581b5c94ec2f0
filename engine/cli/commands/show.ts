import type { Command } from 'commander'
import { examples } from '../help.ts'
import { sayJson } from '../print.ts'
import { recordOf, sayRun } from '../run-view.ts'
import { withRuns, runNamed } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul show`. */
export function addShow(program: Command, shell: Shell): void {
  program
    .command('show')
    .summary('show a run: status, progress, questions, result')
    .description('Shows a run: its status, progress, open questions, and its result or error.')
    .argument('<run>', 'the id of the run')
    .addHelpText(
      'after',
      examples(
        'longhaul show 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e',
        'longhaul show 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --json',
      ),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      await withRuns(settings, shell, async (runs) => {
        const run = await runNamed(id, runs.client)
        if (settings.json) sayJson(shell.out, recordOf(run))
        else sayRun(shell.out, run)
      })
    })
}

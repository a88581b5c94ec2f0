import type { Command } from 'commander'
import { examples } from '../help.ts'
import { sayJson, sayTable } from '../print.ts'
import { localTime } from '../run-view.ts'
import { withRuns, runNamed } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul history`. */
export function addHistory(program: Command, shell: Shell): void {
  program
    .command('history')
    .summary('print what happened in a run, oldest first')
    .description('Prints what happened in a run, oldest first.')
    .argument('<run>', 'the id of the run')
    .addHelpText(
      'after',
      examples(
        'longhaul history 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e',
        'longhaul history 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --json   # with the data of every event',
      ),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      await withRuns(settings, shell, async (runs) => {
        const run = await runNamed(id, runs.client)
        const history = await runs.client.history(run.id)
        if (settings.json) sayJson(shell.out, { id: run.id, history })
        else
          sayTable(
            shell.out,
            ['at', 'event', 'name', 'path', 'attempt'],
            history.map(({ at, type, name, path, attempt }) => [
              localTime(at),
              type,
              name ?? '',
              path ?? '',
              attempt === undefined ? '' : String(attempt),
            ]),
          )
      })
    })
}

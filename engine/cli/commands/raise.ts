import type { Command } from 'commander'
import { jsonArgument } from '../json-argument.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { withRuns, runNamed, sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul raise`. */
export function addRaise(program: Command, shell: Shell): void {
  program
    .command('raise')
    .summary('raise an event to a run')
    .description('Raises an event to a run. It is kept until the run waits for it.')
    .argument('<run>', 'the id of the run')
    .argument('<event>', 'the name of the event')
    .argument('[json]', 'its data: JSON, @file.json, or - for standard input', 'null')
    .addHelpText(
      'after',
      examples(
        `longhaul raise 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e paid '{"orderId": "A-17"}'`,
        'longhaul raise 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e paid @payment.json',
      ),
    )
    .action(async (id: string, event: string, json: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      const data = jsonArgument(json, 'The data', shell)
      await withRuns(settings, shell, async (runs) => {
        const run = await runNamed(id, runs.client)
        await runs.client.raise(run.id, event, data)
        if (settings.json) sayJson(shell.out, { id: run.id, event, data })
        else say(shell.err, `Raised "${event}" to ${run.id}`)
        sayWhoContinues(runs, shell)
      })
    })
}

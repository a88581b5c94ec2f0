import type { Command } from 'commander'
import { jsonArgument } from '../json-argument.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { openRuns, runNamed, sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul answer`. */
export function addAnswer(program: Command, shell: Shell): void {
  program
    .command('answer')
    .summary('answer a question that a run asks')
    .description(
      'Answers a question that a run asks. A wrong answer is refused with the reason, and the question stays open.',
    )
    .argument('<run>', 'the id of the run')
    .argument('<step>', 'the step that asks, as "longhaul show" names it')
    .argument('<json>', 'the answer: JSON, @file.json, or - for standard input')
    .addHelpText(
      'after',
      examples(`longhaul answer 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e approval '{"approved": true}'`),
    )
    .action(async (id: string, step: string, json: string, _options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      const data = jsonArgument(json, 'The answer', shell)
      await using runs = await openRuns(settings, shell)
      const run = await runNamed(id, runs.client)
      await runs.client.answer(run.id, step, data)
      if (settings.json) sayJson(shell.out, { id: run.id, step, data })
      else say(shell.err, `Answered "${step}" of ${run.id}`)
      sayWhoContinues(runs, shell)
    })
}

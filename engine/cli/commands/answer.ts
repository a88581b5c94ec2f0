import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import type { Json } from '../../json.ts'
import { jsonArgument } from '../json-argument.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { withRuns, runNamed, sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul answer`. */
export function addAnswer(program: Command, shell: Shell): void {
  program
    .command('answer')
    .summary('answer a question that a run asks')
    .description(
      'Answers a question that a run asks, or declines to: then the step fails with "ask.declined". A wrong answer is refused with the reason, and the question stays open.',
    )
    .argument('<run>', 'the id of the run')
    .argument('<step>', 'the step that asks, or the key of the question, as "longhaul show" names it')
    .argument('[json]', 'the answer: JSON, @file.json, or - for standard input')
    .option('--decline', 'say that nobody will answer, instead of an answer')
    .option('--reason <text>', 'why it is declined')
    .addHelpText(
      'after',
      examples(
        `longhaul answer 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e approval '{"approved": true}'`,
        `longhaul answer 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e approval --decline --reason "not my order"`,
      ),
    )
    .action(
      async (id: string, step: string, json: string | undefined, options: Options, command: Command) => {
        const settings = settingsOf(command, shell)
        const reply = replyOf(json, options, shell)
        await withRuns(settings, shell, async (runs) => {
          const run = await runNamed(id, runs.client)
          if ('data' in reply) await runs.client.answer(run.id, step, reply.data)
          else await runs.client.decline(run.id, step, reply.reason)
          if (settings.json) sayJson(shell.out, { id: run.id, step, ...reply })
          else say(shell.err, `${'data' in reply ? 'Answered' : 'Declined'} "${step}" of ${run.id}`)
          sayWhoContinues(runs, shell)
        })
      },
    )
}

interface Options {
  readonly decline?: true
  readonly reason?: string
}

type Reply = { readonly data: Json } | { readonly declined: true; readonly reason?: string }

/** What is said to the question: an answer or that there will be none, never both. */
function replyOf(json: string | undefined, { decline, reason }: Options, shell: Shell): Reply {
  if (json !== undefined && decline) throw new EngineError('usage', 'Give an answer or "--decline", not both')
  if (reason !== undefined && !decline) throw new EngineError('usage', '"--reason" goes with "--decline"')
  if (decline) return { declined: true, ...(reason === undefined ? {} : { reason }) }
  if (json === undefined) throw new EngineError('usage', 'Give the answer as JSON, or "--decline"')
  return { data: jsonArgument(json, 'The answer', shell) }
}

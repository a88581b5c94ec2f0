import type { Command } from 'commander'
import { definitionNamed } from '../definition-named.ts'
import { examples } from '../help.ts'
import { jsonArgument } from '../json-argument.ts'
import { say, sayJson } from '../print.ts'
import { recordOf } from '../run-view.ts'
import { sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation } from '../station.ts'

/** `longhaul start`. */
export function addStart(program: Command, shell: Shell): void {
  program
    .command('start')
    .summary('start a run and print its id')
    .description(
      'Starts a run and prints its id. Once the id is printed, the run is on disk and survives whatever happens; ' +
        'when no server is running, it begins with the next "longhaul serve".',
    )
    .argument('<workflow>', 'the name of a definition, or name@range')
    .option('--input <json>', 'its input: JSON, @file.json, or - for standard input', '{}')
    .option('--id <id>', 'the id of the run (default: a random one)')
    .addHelpText(
      'after',
      examples(
        'longhaul start order-processing --input @order.json',
        `id=$(longhaul start hello --input '{"names": ["Ada"]}'); longhaul show "$id"`,
      ),
    )
    .action(async (workflow: string, options: StartOptions, command: Command) => {
      const settings = settingsOf(command, shell)
      const input = jsonArgument(options.input, '--input', shell)
      const station = await openStation(settings, shell, { worker: false })
      try {
        const definition = definitionNamed(workflow, station.engine, shell)
        const run = await station.client.start(
          definition,
          input,
          options.id === undefined ? {} : { id: options.id },
        )
        if (settings.json) sayJson(shell.out, recordOf(run))
        else say(shell.out, run.id)
        sayWhoContinues(station, shell)
      } finally {
        await station.close({ graceMs: 0 })
      }
    })
}

interface StartOptions {
  readonly input: string
  readonly id?: string
}

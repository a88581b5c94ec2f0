import type { Command } from 'commander'
import { examples } from '../help.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul replay`. */
export function addReplay(program: Command, shell: Shell): void {
  program
    .command('replay')
    .summary('tell whether this version still replays a recorded history')
    .description(
      'Lets this version of the interpreter do what is recorded again, and tells the first thing it would do otherwise.\n' +
        'Nothing is called and nothing is changed. Exit code 0: all as recorded; 1: something differs; 2: wrong usage.',
    )
    .argument('<history...>', 'files of recorded histories, folders of them, or ids of runs')
    .option('--save <file>', 'write the history of the run to this file')
    .addHelpText(
      'after',
      examples(
        'longhaul replay test/histories',
        'longhaul replay 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e',
        'longhaul replay 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --save order.json',
      ),
    )
    .action(async (named: readonly string[], options: { readonly save?: string }, command: Command) => {
      const { replayAll } = await import('../replay-all.ts') // whoever serves need not wait for it
      await replayAll(named, options, settingsOf(command, shell), shell)
    })
}

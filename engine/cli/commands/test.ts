import type { Command } from 'commander'
import { examples } from '../help.ts'
import type { TestOptions } from '../run-tests.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul test`. */
export function addTest(program: Command, shell: Shell): void {
  program
    .command('test')
    .summary('run the tests of workflows, on a virtual clock')
    .description(
      'Runs the tests of workflows: NAME.test.yaml beside NAME.yaml. The real interpreter runs in memory, activities are ' +
        'mocked, and days pass in no time; every run is replayed after every step.\n' +
        'Exit code 0: all passed; 1: something failed, or is wrong in a test or definition; 2: wrong usage.',
    )
    .argument(
      '[files...]',
      'tests, definitions with a test beside them, or folders (default: the definitions folder)',
    )
    .option('--filter <name>', 'only cases whose name contains this')
    .option('--record <dir>', 'write the history of every run into this folder, for "longhaul replay"')
    .addHelpText(
      'after',
      examples(
        'longhaul test',
        'longhaul test definitions/order-processing.test.yaml --filter "nobody answers"',
        `longhaul test --json | jq '.cases[] | select(.passed | not)'   # with the whole trace`,
      ),
    )
    .action(async (files: readonly string[], options: TestOptions, command: Command) => {
      const { runTests } = await import('../run-tests.ts') // whoever serves need not wait for it
      await runTests(files, options, settingsOf(command, shell), shell)
    })
}

import { resolve } from 'node:path'
import type { Command } from 'commander'
import { compile } from '../../language/compile.ts'
import { formatIssue } from '../../language/frame.ts'
import { readWithNeighbours, relativeTo } from '../../language/read.ts'
import { catalogOf, loadActivities } from '../../worker/registry.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { sarifOf } from '../sarif.ts'
import { requireDefinitions, settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul validate`. */
export function addValidate(program: Command, shell: Shell): void {
  program
    .command('validate')
    .summary('find everything wrong in definitions, before anything runs')
    .description(
      'Finds everything wrong in definitions. Exit code 0: no errors; 1: errors; 2: wrong usage.\n' +
        'Definitions beside the given files are read too, because workflows call each other.',
    )
    .argument('[files...]', 'definitions, or folders of them (default: the definitions folder)')
    .option('--strict', 'warnings count as errors')
    .option('--sarif', 'print the issues in SARIF, for GitHub and other tools')
    .addHelpText(
      'after',
      examples(
        'longhaul validate',
        'longhaul validate definitions/order-processing.yaml --strict',
        'longhaul validate --json | jq ".issues[].message"',
      ),
    )
    .action(
      async (
        files: readonly string[],
        { strict = false, sarif = false }: ValidateOptions,
        command: Command,
      ) => {
        const settings = settingsOf(command, shell)
        if (files.length === 0) requireDefinitions(settings)
        const named =
          files.length > 0 ? files.map((file) => resolve(shell.cwd, file)) : [settings.definitions]
        const read = await readWithNeighbours(named)
        const texts = relativeTo(shell.cwd, read.sources)
        const { activities } = settings
        const catalog = activities === undefined ? undefined : catalogOf(await loadActivities(activities))
        const issues = compile(texts, catalog).issues.filter(({ file }) =>
          read.isAsked(resolve(shell.cwd, file)),
        )

        if (sarif) sayJson(shell.out, sarifOf(issues))
        else if (settings.json) sayJson(shell.out, { issues })
        else {
          const textOf = new Map(texts.map(({ file, text }) => [file, text]))
          for (const issue of issues)
            say(
              shell.out,
              `${formatIssue(issue, textOf.get(issue.file) ?? '', { color: shell.out.hasColor })}\n`,
            )
        }
        if (!catalog)
          say(
            shell.err,
            'There is no activities module, so names and arguments of activities were not checked',
          )
        const errors = issues.filter(({ severity }) => severity === 'error').length
        const warnings = issues.length - errors
        say(
          shell.err,
          `${counted(read.sources.filter(({ file }) => read.isAsked(file)).length, 'definition')}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
        )
        if (errors > 0 || (strict && warnings > 0)) shell.exitCode = 1
      },
    )
}

interface ValidateOptions {
  readonly strict?: boolean
  readonly sarif?: boolean
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

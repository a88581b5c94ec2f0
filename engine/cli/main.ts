import { styleText } from 'node:util'
import { Command } from 'commander'
import { addActivities } from './commands/activities.ts'
import { addAnswer } from './commands/answer.ts'
import { addCancel } from './commands/cancel.ts'
import { addExplain } from './commands/explain.ts'
import { addHistory } from './commands/history.ts'
import { addHub } from './commands/hub.ts'
import { addInit } from './commands/init.ts'
import { addList } from './commands/list.ts'
import { addMcp } from './commands/mcp.ts'
import { addRaise } from './commands/raise.ts'
import { addReplay } from './commands/replay.ts'
import { addRun } from './commands/run.ts'
import { addServe } from './commands/serve.ts'
import { addShow } from './commands/show.ts'
import { addStart } from './commands/start.ts'
import { addTest } from './commands/test.ts'
import { addValidate } from './commands/validate.ts'
import { addWorker } from './commands/worker.ts'
import { confess } from './confess.ts'
import { addSettings } from './settings.ts'
import type { Shell } from './shell.ts'
import { version } from './version.ts'

/** Runs one command line and gives the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function main(args: readonly string[], shell: Shell): Promise<number> {
  try {
    await commandLine(shell).parseAsync(args, { from: 'user' })
  } catch (error) {
    shell.exitCode = confess(error, shell)
  }
  return shell.exitCode
}

function commandLine(shell: Shell): Command {
  const program = new Command('longhaul')
    .description('Durable workflows in YAML, offered as long-running MCP tools.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => styleText('bold', title, { validateStream: false }),
    })
    .configureOutput({
      writeOut: (text) => shell.out.write(text),
      writeErr: (text) => shell.err.write(text),
      getOutHelpWidth: () => shell.out.columns ?? 100,
      getErrHelpWidth: () => shell.err.columns ?? 100,
      getOutHasColors: () => shell.out.hasColor,
      getErrHasColors: () => shell.err.hasColor,
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ longhaul init                                   # a sample workflow, an activity, .vscode/mcp.json
  $ longhaul serve                                  # MCP on http://127.0.0.1:3000/mcp
  $ longhaul run hello --input '{"names": ["Ada"]}' # one run, its result on standard output

"longhaul help <command>" has examples for each command.
Exit codes: 0 done, 1 failed, 2 wrong usage. LONGHAUL_DEBUG=1 adds stack traces to errors.`,
    )
  addSettings(program)
  for (const [heading, add] of commands) {
    program.commandsGroup(heading)
    for (const addOne of add) addOne(program, shell)
  }
  program.commandsGroup('Help:').helpCommand('help [command]', 'print help for a command')
  return program
}

const commands: readonly [heading: string, add: readonly ((program: Command, shell: Shell) => void)[]][] = [
  ['Serve:', [addServe, addMcp, addHub, addWorker]],
  ['Runs:', [addRun, addStart, addShow, addList, addHistory, addCancel, addRaise, addAnswer, addReplay]],
  ['Definitions:', [addInit, addValidate, addExplain, addTest, addActivities]],
]

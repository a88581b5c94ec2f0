import type { Command } from 'commander'
import { hasEnded, type Run } from '../../run.ts'
import { definitionNamed } from '../definition-named.ts'
import { examples } from '../help.ts'
import { jsonArgument } from '../json-argument.ts'
import { paint, say, sayJson, styleOf } from '../print.ts'
import { failureText, questionLines, recordOf } from '../run-view.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation, type Station } from '../station.ts'

/** `longhaul run`. */
export function addRun(program: Command, shell: Shell): void {
  program
    .command('run')
    .summary('run a workflow and print its result')
    .description(
      'Runs a workflow, shows its progress on standard error and prints its result as JSON on standard output.\n' +
        'Exit code 0: completed; 1: failed or cancelled; 2: wrong usage, an input that does not fit included.\n' +
        'Ctrl-C cancels the run and waits for its clean-up; a second one leaves at once, and the clean-up goes on with ' +
        'the next "longhaul serve".',
    )
    .argument('<workflow>', 'the name of a definition, or name@range')
    .option('--input <json>', 'its input: JSON, @file.json, or - for standard input', '{}')
    .option('--id <id>', 'the id of the run (default: a random one)')
    .addHelpText(
      'after',
      examples(
        `longhaul run hello --input '{"names": ["Ada", "Grace"]}'`,
        'longhaul run order-processing --input @order.json',
        'cat order.json | longhaul run order-processing --input - --json | jq .status',
      ),
    )
    .action(async (workflow: string, options: RunOptions, command: Command) => {
      const settings = settingsOf(command, shell)
      const input = jsonArgument(options.input, '--input', shell)
      const station = await openStation(settings, shell)
      let graceMs = 0
      try {
        const definition = definitionNamed(workflow, station.engine, shell)
        const started = await station.client.start(
          definition,
          input,
          options.id === undefined ? {} : { id: options.id },
        )
        say(shell.err, `${paint(shell.err, 'dim', 'run'.padEnd(9))} ${started.id}`)
        const run = await follow(started, station, shell)
        if (!hasEnded(run.status)) graceMs = 2_000
        report(run, settings.json, shell)
      } finally {
        await station.close({ graceMs })
      }
    })
}

interface RunOptions {
  readonly input: string
  readonly id?: string
}

/** Shows what a run does until it has ended, or until we are told to stop. */
async function follow(started: Run, station: Station, shell: Shell): Promise<Run> {
  const { client } = station
  const leaving = new AbortController()
  let interrupts = 0
  const forget = shell.onStop((signal) => {
    interrupts++
    if (signal === 'SIGTERM' || interrupts > 1) leaving.abort()
    else {
      say(shell.err, 'Cancelling; Ctrl-C again leaves without waiting for the clean-up')
      client.cancel(started.id, { reason: 'Interrupted on the command line' }).catch(() => {}) // it has ended by itself
    }
  })
  let last = started
  const show = progressOn(shell)
  try {
    for await (const run of client.watch(started.id, leaving.signal)) {
      last = run
      show(run)
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error
  } finally {
    forget()
  }
  return last
}

/** Writes a line whenever the status line, the questions or the warnings of a run have changed. */
function progressOn(shell: Shell): (run: Run) => void {
  const { err } = shell
  const shown = new Set<string>()
  let lastLine = ''
  const once = (key: string, text: string): void => {
    if (shown.has(key)) return
    shown.add(key)
    say(err, text)
  }
  return (run) => {
    const { message = '', questions = [], warnings = [] } = run.report
    const line = `${paint(err, styleOf(run.status), run.status.padEnd(9))} ${message}`.trimEnd()
    const isNews = line !== lastLine && (message !== '' || run.status !== 'pending')
    if (isNews && !hasEnded(run.status)) say(err, line)
    lastLine = line
    const texts = questionLines(run)
    for (const [index, { key }] of questions.entries())
      once(`question ${key}`, `${paint(err, 'yellow', 'question ')} ${texts[index] ?? ''}`)
    for (const warning of warnings)
      once(`warning ${warning}`, `${paint(err, 'yellow', 'warning  ')} ${warning}`)
  }
}

function report(run: Run, asRecord: boolean, shell: Shell): void {
  const { err, out } = shell
  if (run.status !== 'completed') shell.exitCode = 1
  if (!hasEnded(run.status)) {
    say(err, `The run is not over: "longhaul show ${run.id}" shows it, "longhaul serve" goes on with it`)
  } else {
    const why = run.error ? ` ${failureText(run.error)}` : ''
    say(err, `${paint(err, styleOf(run.status), run.status.padEnd(9))}${why}`)
  }
  if (asRecord) sayJson(out, recordOf(run))
  else if (run.status === 'completed') sayJson(out, run.output ?? null)
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import { hasEnded } from '../../run.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { recordOf } from '../run-view.ts'
import { type Runs, withRuns, runNamed, sayWhoContinues } from '../runs.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'

/** `longhaul cancel`. */
export function addCancel(program: Command, shell: Shell): void {
  program
    .command('cancel')
    .summary('ask a run to clean up and end')
    .description(
      'Asks a run to clean up and end: what it waits for is given up, its "finally" and its compensations run.\n' +
        'A second cancel ends it at once, and so does the first of a run that nobody has begun, or one with --now.',
    )
    .argument('<run>', 'the id of the run')
    .option('--reason <text>', 'why, for whoever looks at the run later')
    .option('--now', 'end it at once, whether or not it could clean up')
    .addHelpText(
      'after',
      examples(
        'longhaul cancel 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --reason "ordered twice"',
        'longhaul cancel 0b6c1f0a-6a57-4a0e-b6c5-0f6f5a1f7b0e --now   # without a worker, without a clean-up',
      ),
    )
    .action(async (id: string, options: CancelOptions, command: Command) => {
      const settings = settingsOf(command, shell)
      await withRuns(settings, shell, async (runs) => {
        const run = await runNamed(id, runs.client)
        await runs.client.cancel(run.id, options)
        const mayCleanUp = options.now !== true && (run.status !== 'pending' || (await begins(run.id, runs)))
        if (!mayCleanUp) await endAtOnce(run.id, options, runs)
        const now = (await runs.client.get(run.id)) ?? run
        if (settings.json) sayJson(shell.out, recordOf(now))
        else say(shell.err, hasEnded(now.status) ? `Ended ${run.id}` : `Asked ${run.id} to end`)
        if (!hasEnded(now.status)) sayWhoContinues(runs, shell)
      })
    })
}

interface CancelOptions {
  readonly reason?: string
  readonly now?: boolean
}

/** How long a run may take to be begun by a worker that is there. */
const beginMs = 2_000

/** Whether somebody takes up a run that nobody has begun; nobody can while no process works on the data folder. */
async function begins(id: string, { client, areCarriedOn }: Runs): Promise<boolean> {
  if (!areCarriedOn) return false
  const isPending = async (): Promise<boolean> => (await client.get(id))?.status === 'pending'
  for (const dueAt = Date.now() + beginMs; Date.now() < dueAt; await delay(100))
    if (!(await isPending())) return true
  return !(await isPending())
}

/** A second cancel, by the same client, does not wait for the first to be heard. */
async function endAtOnce(id: string, options: CancelOptions, { client }: Runs): Promise<void> {
  await client.cancel(id, options).catch((error: unknown) => {
    if (!(error instanceof EngineError && error.code === 'run.ended')) throw error
  })
}

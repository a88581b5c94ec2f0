import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import { hubNamedBy } from '../../hub/connect.ts'
import { examples } from '../help.ts'
import { say } from '../print.ts'
import { sayReload, sayWhatIsBroken } from '../say-issues.ts'
import { settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { openStation } from '../station.ts'
import { graceMs, untilStopped } from '../until-stopped.ts'

/** `longhaul worker`. */
export function addWorker(program: Command, shell: Shell): void {
  program
    .command('worker')
    .summary('carry on the runs of a hub in another process')
    .description(
      'Joins the hub that --hub or LONGHAUL_HUB names, interprets its runs and performs their activities. Any number may join; ' +
        'what one of them leaves undone goes to another.',
    )
    .addHelpText(
      'after',
      examples('longhaul worker --hub "Endpoint=http://127.0.0.1:8080;Authentication=None;TaskHub=default"'),
    )
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command, shell)
      if ((settings.hub ?? hubNamedBy(shell.env)) === undefined)
        throw new EngineError(
          'usage',
          'A worker needs a hub to join: --hub or LONGHAUL_HUB names it; "longhaul serve" is hub and worker in one',
        )
      const stopped = untilStopped(shell)
      const station = await openStation(settings, shell, { watch: true })
      try {
        sayWhatIsBroken(station.engine, shell)
        say(shell.err, `Works for ${station.engine.hub}`)
        const forget = station.onDefinitionsChanged(() => sayReload(station.engine, shell))
        await stopped
        forget()
      } finally {
        await station.close({ graceMs })
      }
      say(shell.err, 'Stopped; what was under way goes to another worker')
    })
}

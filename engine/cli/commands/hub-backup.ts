import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { EngineError } from '../../error.ts'
import { backUpFolder, backUpFrom } from '../../hub/backup.ts'
import { connectHub, hubNamedBy } from '../../hub/connect.ts'
import { hubOf } from '../endpoint.ts'
import { examples } from '../help.ts'
import { say, sayJson } from '../print.ts'
import { type Settings, settingsOf } from '../settings.ts'
import type { Shell } from '../shell.ts'
import { ownOrJoin } from '../station.ts'

/** `longhaul hub backup`. */
export function addHubBackup(hub: Command, shell: Shell): void {
  hub
    .command('backup')
    .summary('copy all runs into a file, whether or not a process works on them')
    .description(
      'Writes a consistent copy of the hub to a file, and checks that it is whole. A process that has the data folder goes on with\n' +
        'its work meanwhile. To go back to a copy, put it as "hub.db" into an empty folder, and name that with --data.',
    )
    .argument('<file>', 'the file to write')
    .option('--force', 'replace the file if it is there')
    .addHelpText(
      'after',
      examples(
        'longhaul hub backup runs.db',
        'longhaul hub backup --force /backups/runs.db --data /var/lib/longhaul',
        'mkdir restored && cp runs.db restored/hub.db && longhaul serve --data restored',
      ),
    )
    .action(async (name: string, options: { readonly force?: boolean }, command: Command) => {
      const settings = settingsOf(command, shell)
      const file = resolve(shell.cwd, name)
      mustBeFree(file, options.force ?? false)
      const { bytes, instances } = await backUp(settings, shell, file)
      if (settings.json) sayJson(shell.out, { file, bytes, runs: instances })
      else
        say(
          shell.err,
          `Copied ${instances} runs, ${(bytes / 1e6).toFixed(1)} MB, to ${file}; the copy is whole`,
        )
    })
}

function mustBeFree(file: string, isForced: boolean): void {
  if (!existsSync(dirname(file)))
    throw new EngineError(
      'usage',
      `There is no folder "${dirname(file)}" to write a copy into; make it first`,
    )
  if (existsSync(file) && !isForced)
    throw new EngineError('usage', `"${file}" exists already; name another file, or replace it with --force`)
}

async function backUp(settings: Settings, shell: Shell, file: string): ReturnType<typeof backUpFrom> {
  const hub = settings.hub ?? hubNamedBy(shell.env)
  if (hub !== undefined) return backUpFrom(await connectHub(hub), file)
  return ownOrJoin(settings.data, {
    own: () => backUpFolder(settings.data, file),
    join: async (owner) => backUpFrom(await connectHub(hubOf(owner)), file),
  })
}

import type { RunClient } from '../client/client.ts'
import { openClient } from '../client/open-client.ts'
import { EngineError } from '../error.ts'
import { connectHub, hubNamedBy } from '../hub/connect.ts'
import type { HubConnection } from '../hub/connection.ts'
import { openEmbeddedHub } from '../hub/embedded.ts'
import { nearest } from '../language/names.ts'
import type { Run } from '../run.ts'
import { hubOf } from './endpoint.ts'
import { say } from './print.ts'
import type { Settings } from './settings.ts'
import type { Shell } from './shell.ts'
import { ownOrJoin } from './station.ts'

/** The runs of a data folder or of a hub elsewhere, for a command that carries none on by itself. */
export interface Runs {
  readonly client: RunClient
  /** Whether a process works on the runs as far as we know; a hub elsewhere does not tell. */
  readonly areCarriedOn: boolean
}

/** Reaches the runs wherever they are, for as long as `work` takes. */
export async function withRuns<T>(
  settings: Settings,
  shell: Shell,
  work: (runs: Runs) => Promise<T>,
): Promise<T> {
  const [connection, areCarriedOn] = await connect(settings, shell)
  try {
    const client = await openClient(connection, { env: shell.env })
    try {
      return await work({ client, areCarriedOn })
    } finally {
      await client.close()
    }
  } finally {
    await connection.close()
  }
}

type Connected = readonly [connection: HubConnection, areCarriedOn: boolean]

async function connect(settings: Settings, shell: Shell): Promise<Connected> {
  const hub = settings.hub ?? hubNamedBy(shell.env)
  if (hub !== undefined) return [await connectHub(hub), true]
  return ownOrJoin<Connected>(settings.data, {
    own: async () => [await openEmbeddedHub({ dataDir: settings.data }), false],
    join: async (owner) => [await connectHub(hubOf(owner)), true],
  })
}

/** The run `id`; of a run that is not there, the error names the one that was probably meant. */
export async function runNamed(id: string, client: RunClient): Promise<Run> {
  const run = await client.get(id)
  if (run) return run
  const { runs } = await client.list({ limit: 200 })
  const known = runs.map((candidate) => candidate.id)
  const begun = id.length < 4 ? [] : known.filter((candidate) => candidate.startsWith(id))
  const meant = begun.length === 1 ? begun[0] : nearest(id, known)
  const hint = meant === undefined ? '"longhaul list" shows those there are' : `did you mean "${meant}"?`
  throw new EngineError('run.unknown', `There is no run "${id}"; ${hint}`)
}

/** Says that what was asked of a run waits for a server, when none is running. */
export function sayWhoContinues(runs: Pick<Runs, 'areCarriedOn'>, shell: Shell): void {
  if (!runs.areCarriedOn) say(shell.err, 'No server is running; the run goes on when "longhaul serve" does')
}

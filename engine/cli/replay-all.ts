import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { openClient } from '../client/open-client.ts'
import { EngineError } from '../error.ts'
import { connectHub, hubNamedBy } from '../hub/connect.ts'
import type { HubConnection } from '../hub/connection.ts'
import { openEmbeddedHub } from '../hub/embedded.ts'
import { isJsonObject, type Json } from '../json.ts'
import { differencesIn } from '../testing/difference.ts'
import { readHistory, writeHistory } from '../testing/history-file.ts'
import type { RecordedHistory } from '../testing/history.ts'
import { recordRun } from '../testing/record.ts'
import { replay, type Replayed } from '../testing/replay.ts'
import { short } from '../testing/trace.ts'
import { hubOf } from './endpoint.ts'
import { paint, say, sayJson } from './print.ts'
import { runNamed } from './runs.ts'
import type { Settings } from './settings.ts'
import type { Shell } from './shell.ts'
import { ownOrJoin } from './station.ts'

/** What `longhaul replay` does. */
export async function replayAll(
  named: readonly string[],
  options: { readonly save?: string },
  settings: Settings,
  shell: Shell,
): Promise<void> {
  const histories: Named[] = []
  for (const name of named) histories.push(...(await historiesOf(name, settings, shell)))
  if (options.save !== undefined) save(histories, resolve(shell.cwd, options.save))
  const results: (Named & { readonly replayed: Replayed })[] = []
  for (const one of histories) {
    const replayed = await replay(one.history)
    results.push({ ...one, replayed })
    if (!replayed.ok) shell.exitCode = 1
    if (!settings.json) sayReplayed(one, replayed, shell)
  }
  if (settings.json)
    sayJson(
      shell.out,
      results.map(({ name, history, replayed }) => ({ name, workflow: history.workflow, ...replayed })),
    )
}

interface Named {
  /** The file, or the id of the run. */
  readonly name: string
  readonly history: RecordedHistory
}

async function historiesOf(name: string, settings: Settings, shell: Shell): Promise<readonly Named[]> {
  const path = resolve(shell.cwd, name)
  if (!existsSync(path)) return [{ name, history: await historyOfRun(name, settings, shell) }]
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .map((file) => join(path, file))
    : [path]
  if (files.length === 0)
    throw new EngineError('usage', `There is no recorded history, no .json file, in "${path}"`)
  return files.map((file) => {
    const shown = relative(shell.cwd, file)
    return { name: shown, history: readHistory(shown, readFileSync(file, 'utf8')) }
  })
}

async function historyOfRun(id: string, settings: Settings, shell: Shell): Promise<RecordedHistory> {
  const connection = await hubFor(settings, shell)
  try {
    const client = await openClient(connection, { env: shell.env })
    try {
      return await recordRun(connection, (await runNamed(id, client)).id)
    } finally {
      await client.close()
    }
  } finally {
    await connection.close()
  }
}

async function hubFor({ hub, data }: Settings, shell: Shell): Promise<HubConnection> {
  const elsewhere = hub ?? hubNamedBy(shell.env)
  if (elsewhere !== undefined) return connectHub(elsewhere)
  return ownOrJoin<HubConnection>(data, {
    own: () => openEmbeddedHub({ dataDir: data }),
    join: (owner) => connectHub(hubOf(owner)),
  })
}

function save(histories: readonly Named[], file: string): void {
  const [one, ...others] = histories
  if (!one || others.length > 0) throw new EngineError('usage', '--save writes one history; name one run')
  writeFileSync(file, writeHistory(one.history))
}

function sayReplayed({ name, history }: Named, replayed: Replayed, { out }: Shell): void {
  if (replayed.ok) {
    say(out, `${paint(out, 'green', '✓')} ${name}  ${history.workflow}, ${replayed.events} events`)
    return
  }
  const { event, recorded, now } = replayed
  say(
    out,
    `${paint(out, 'red', '✗')} ${name}  ${history.workflow} is replayed otherwise from event ${event} on`,
  )
  say(out, `    recorded  ${recorded === null ? 'nothing more' : short(recorded, 300)}`)
  say(out, `    now       ${now === null ? 'nothing' : short(now, 300)}`)
  for (const line of detailsOf(recorded, now)) say(out, `    ${line}`)
}

/** Where in a large request the difference is. */
function detailsOf(recorded: Json, now: Json): readonly string[] {
  if (!isJsonObject(recorded) || !isJsonObject(now) || recorded['asked'] !== now['asked']) return []
  return differencesIn('', recorded, now).map(
    ({ what, expected = '', found = '' }) => `${what.replace(/^\./, '')}: was ${expected}, is ${found}`,
  )
}

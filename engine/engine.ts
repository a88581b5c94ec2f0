import { watch as watchFiles } from 'node:fs'
import { resolve } from 'node:path'
import rcompare from 'semver/functions/rcompare.js'
import type { RunClient } from './client/client.ts'
import { openClient } from './client/open-client.ts'
import type { Environment } from './config.ts'
import { EngineError } from './error.ts'
import type { HubConnection } from './hub/connection.ts'
import { connectHub, hubNamedBy } from './hub/connect.ts'
import { type EmbeddedHub, openEmbeddedHub } from './hub/embedded.ts'
import type { ActivityCatalog } from './language/catalog.ts'
import { compile, type Source } from './language/compile.ts'
import type { Definition } from './language/definition.ts'
import type { Issue } from './language/issue.ts'
import { newestMatching } from './language/newest.ts'
import { readDefinitions, relativeTo } from './language/read.ts'
import type { ActivityLog, ActivityRegistry } from './worker/activity.ts'
import { openWorker, type WorkerLimits } from './worker/open-worker.ts'
import { catalogOf, checkedRegistry, loadActivities } from './worker/registry.ts'

export interface EngineOptions {
  /** The folder of definitions. */
  readonly definitions: string
  /** A module of activities, or the activities themselves. */
  readonly activities?: string | ActivityRegistry
  /** The folder of the embedded hub; default `.longhaul`. */
  readonly data?: string
  /** How long the embedded hub keeps runs that have ended; default: for ever. */
  readonly retentionMs?: number
  /** The connection string of a hub elsewhere; default: the one that the environment names, else the embedded hub. */
  readonly hub?: string
  /** Whether runs are interpreted, and activities hosted, in this process; default `true`. */
  readonly worker?: boolean
  readonly limits?: WorkerLimits
  /** A dotenv file with the secrets that are not in the environment. */
  readonly secretsFile?: string
  /** Whether definitions are read again when their files change; default `false`. */
  readonly watch?: boolean
  /** Default: silence. */
  readonly log?: ActivityLog
  /** Default: that of the process. */
  readonly env?: Environment
}

/** Definitions, activities and a hub, put together. */
export interface Engine {
  readonly client: RunClient
  /** Where runs are kept, for people. */
  readonly hub: string
  /** The last good version of every definition, by name, then version, newest first. */
  definitions(): readonly Definition[]
  /** What is wrong in the definitions as they are now. */
  issues(): readonly Issue[]
  /** The definitions as they are written. */
  sources(): readonly Source[]
  readonly catalog: ActivityCatalog
  /** Calls `listener` after every reload; gives the way to stop that. */
  onDefinitionsChanged(listener: () => void): () => void
  /** Opens the embedded hub to other processes, all of them or those that have one of `tokens`, at `host:port`; gives the port. */
  listen(address: string, tokens?: readonly string[]): Promise<number>
  /** Ends the work of this process; runs that are under way go on with the next one. */
  stop(options?: StopOptions): Promise<void>
}

export interface StopOptions {
  /** How long activities that are told to stop may take to end; default 5 s. */
  readonly graceMs?: number
}

/** Puts an engine together: reads definitions and activities, opens the hub, and begins to work. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const env = options.env ?? process.env
  const activities = await activitiesOf(options.activities)
  const catalog = catalogOf(activities)
  const shelf = new Shelf(resolve(options.definitions), catalog, options.log)
  await shelf.read()
  const hub = await hubOf(options, env)
  const opened: ((stopping?: StopOptions) => unknown)[] = [() => hub.close()]
  const stop = async (stopping?: StopOptions): Promise<void> => {
    const failures: unknown[] = []
    for (const close of opened.splice(0).toReversed())
      try {
        await close(stopping)
      } catch (error) {
        failures.push(error) // whatever comes after must be closed all the same
      }
    if (failures.length > 0) throw failures[0]
  }
  try {
    const definitionNamed = (wanted: string): Definition | undefined =>
      newestMatching(shelf.definitions, wanted)
    const client = await openClient(hub, { env, definitionNamed })
    opened.push(() => client.close())
    const worker =
      options.worker === false
        ? undefined
        : await openWorker(hub, { ...options, activities, definitions: () => shelf.definitions, client, env })
    if (worker) {
      opened.push((stopping) => worker.stop(stopping))
      const keep = (): void => {
        client.keepSchedules(shelf.definitions).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error)
          options.log?.warn(`Schedules are not kept up to date: ${message}`)
        })
      }
      keep() // in the background: a hub elsewhere may be reached later
      opened.push(shelf.listen(keep))
    }
    if (options.watch === true) opened.push(shelf.watch())
    return {
      client,
      hub: hub.description,
      catalog,
      definitions: () => shelf.definitions,
      issues: () => shelf.issues,
      sources: () => shelf.sources,
      onDefinitionsChanged: (listener) => shelf.listen(listener),
      listen: (address, tokens) => listenAt(address, tokens, hub),
      stop,
    }
  } catch (error) {
    await stop({ graceMs: 0 })
    throw error
  }
}

async function activitiesOf(activities: EngineOptions['activities'] = {}): Promise<ActivityRegistry> {
  return typeof activities === 'string'
    ? loadActivities(resolve(activities))
    : checkedRegistry(activities, 'the options of the engine')
}

async function hubOf(options: EngineOptions, env: Environment): Promise<HubConnection | EmbeddedHub> {
  const elsewhere = options.hub ?? hubNamedBy(env)
  return elsewhere === undefined
    ? openEmbeddedHub({
        dataDir: resolve(options.data ?? '.longhaul'),
        ...(options.retentionMs !== undefined && { retentionMs: options.retentionMs }),
      })
    : connectHub(elsewhere)
}

async function listenAt(
  address: string,
  tokens: readonly string[] | undefined,
  hub: HubConnection | EmbeddedHub,
): Promise<number> {
  if ('listen' in hub) return hub.listen(address, tokens)
  throw new EngineError('usage', `Only the embedded hub can listen; runs are kept in ${hub.description}`)
}

/** The definitions of a folder: the last good version of each file, and what is wrong in the newest. */
class Shelf {
  readonly #folder: string
  readonly #catalog: ActivityCatalog
  readonly #log: ActivityLog | undefined
  readonly #good = new Map<string, Definition>()
  readonly #listeners = new Set<() => void>()
  /** One after the other, so that what was read last counts. */
  #reading: Promise<void> = Promise.resolve()
  definitions: readonly Definition[] = []
  issues: readonly Issue[] = []
  sources: readonly Source[] = []

  constructor(folder: string, catalog: ActivityCatalog, log: ActivityLog | undefined) {
    this.#folder = folder
    this.#catalog = catalog
    this.#log = log
  }

  async read(): Promise<void> {
    const sources = relativeTo(this.#folder, await readDefinitions([this.#folder]))
    const { definitions, issues } = compile(sources, this.#catalog)
    for (const definition of definitions) this.#good.set(definition.file, definition)
    const files = new Set(sources.map(({ file }) => file))
    for (const file of this.#good.keys()) if (!files.has(file)) this.#good.delete(file)
    this.definitions = [...this.#good.values()].toSorted(byNameThenVersion)
    this.issues = issues
    this.sources = sources
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Reads the folder again when something in it changed; gives the way to stop that. */
  watch(): () => void {
    let timer: NodeJS.Timeout | undefined
    const watcher = watchFiles(this.#folder, { recursive: true }, () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        this.#reading = this.#reading.then(() => this.#reload())
      }, settleMs)
    })
    watcher.on('error', (error) => this.#log?.warn(`Definitions are not watched any more: ${error.message}`))
    watcher.unref()
    return () => {
      clearTimeout(timer)
      watcher.close()
    }
  }

  async #reload(): Promise<void> {
    const before = this.sources
    try {
      await this.read()
    } catch (error) {
      this.#log?.warn(`Definitions cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    if (JSON.stringify(before) === JSON.stringify(this.sources)) return
    for (const listener of this.#listeners) listener()
  }
}

/** Editors write a file in several strokes. */
const settleMs = 50

function byNameThenVersion(a: Definition, b: Definition): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1
  return rcompare(a.version, b.version)
}

import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunClient } from '../client/client.ts'
import { type Engine, openEngine } from '../engine.ts'
import { EngineError } from '../error.ts'
import { hubNamedBy } from '../hub/connect.ts'
import { activityLog } from './activity-log.ts'
import { announce, type Endpoint, hubOf, isAlive, ownerOf } from './endpoint.ts'
import { FollowingClient } from './following-client.ts'
import { requireDefinitions, type Settings } from './settings.ts'
import type { Shell } from './shell.ts'

/** An engine, and who owns the data folder it works on. */
interface Post {
  readonly engine: Engine
  /** The process that owns the data folder, when that is not ours. */
  readonly owner?: Endpoint
  /** Where we serve the hub to other commands, when the data folder is ours. */
  readonly door?: Pick<Endpoint, 'port' | 'token'>
  /** Whether somebody works on the runs, as far as we know. */
  readonly areCarriedOn: boolean
}

/** How long a data folder may be locked by a process that does not say where it listens. */
const lockedMs = 10_000

/** How often a process that works on another one's data folder looks whether that one is still alive. */
const patrolMs = 500

/**
 * A place from which workflows are run and served. It opens the data folder, or joins the process that owns it and takes
 * the folder over when that process ends. With a hub elsewhere it is one more worker there.
 */
export class Station {
  /** Goes on across a change of owner. */
  readonly client: RunClient
  readonly #data: string
  readonly #open: () => Promise<Post>
  readonly #listeners = new Set<() => void>()
  readonly #patrol: NodeJS.Timeout
  #post: Post
  #moving: Promise<void> | undefined
  #hasClosed = false
  #mcp: string | undefined
  #withdraw: () => void = () => {}

  constructor(data: string, post: Post, open: () => Promise<Post>) {
    this.#data = data
    this.#open = open
    this.#post = post
    this.client = new FollowingClient({
      current: () => this.#post.engine.client,
      canMove: () => this.owner !== undefined,
      moved: (lost) => this.#moved(lost),
    })
    this.#settle()
    this.#patrol = setInterval(() => {
      if (this.owner && !isAlive(this.owner.pid)) this.#move().catch(() => {}) // the next round tries again
    }, patrolMs)
  }

  /** The engine in use: another one after a change of owner. */
  get engine(): Engine {
    return this.#post.engine
  }

  /** The process that owns the data folder, when that is another one. */
  get owner(): Endpoint | undefined {
    return this.#post.owner
  }

  /** Whether a process works on what is started here: ours, the owner's, or, as far as we know, one at the hub. */
  get areCarriedOn(): boolean {
    return this.#post.areCarriedOn
  }

  /** Calls `listener` after every hot reload; gives the way to stop that. */
  onDefinitionsChanged(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Tells other commands where MCP is served. */
  announceMcp(url: string): void {
    this.#mcp = url
    this.#announce()
  }

  /** Ends the work of this process; runs that are under way go on with the next one. */
  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#hasClosed = true
    clearInterval(this.#patrol)
    this.#withdraw()
    await this.#post.engine.stop({ graceMs })
  }

  async #moved(lost: RunClient): Promise<boolean> {
    if (this.#hasClosed) return false
    if (lost !== this.#post.engine.client) return true
    if (!this.owner) return false // the hub is ours, or elsewhere: nobody takes its place
    await this.#move()
    return true
  }

  #move(): Promise<void> {
    this.#moving ??= this.#takeNextPost().finally(() => {
      this.#moving = undefined
    })
    return this.#moving
  }

  async #takeNextPost(): Promise<void> {
    await delay(100) // an owner that only lost a connection is not asked without pause
    const post = await this.#open()
    if (this.#hasClosed) return post.engine.stop({ graceMs: 0 })
    const { engine } = this.#post
    this.#post = post
    this.#settle()
    await engine.stop({ graceMs: 0 })
  }

  #settle(): void {
    this.#post.engine.onDefinitionsChanged(() => {
      for (const listener of this.#listeners) listener()
    })
    this.#announce()
  }

  #announce(): void {
    const { door } = this.#post
    if (!door) return
    this.#withdraw = announce(this.#data, {
      pid: process.pid,
      ...door,
      ...(this.#mcp !== undefined && { mcp: this.#mcp }),
    })
  }
}

/** What a station is for. */
export interface StationOptions {
  /** Whether it carries runs on; default true. */
  readonly worker?: boolean
  /** Whether other processes can join the data folder while it is ours; default: when it carries runs on. */
  readonly isOpen?: boolean
  /** Whether it takes up edited definitions; default false. */
  readonly watch?: boolean
  /** How long the data folder keeps ended runs while it is ours; default: for ever. */
  readonly retentionMs?: number
}

/** Opens a station on the hub of the settings or the environment, else on the data folder. */
export async function openStation(
  settings: Settings,
  shell: Shell,
  { worker = true, isOpen = worker, watch = false, ...kept }: StationOptions = {},
): Promise<Station> {
  requireDefinitions(settings)
  const { definitions, activities, data, secretsFile } = settings
  const common = {
    definitions,
    ...(activities !== undefined && { activities }),
    ...(secretsFile !== undefined && { secretsFile }),
    env: shell.env,
    log: activityLog(shell),
    watch,
  }
  const hub = settings.hub ?? hubNamedBy(shell.env)
  const open = async (): Promise<Post> => {
    if (hub !== undefined) return { engine: await openEngine({ ...common, hub, worker }), areCarriedOn: true }
    return await ownOrJoin<Post>(data, {
      own: async () => {
        const engine = await openEngine({ ...common, ...kept, data, worker })
        if (!isOpen) return { engine, areCarriedOn: false } // gone in a moment: nobody need find us
        const token = randomBytes(24).toString('base64url')
        const port = await engine.listen('127.0.0.1:0', [token])
        return { engine, door: { port, token }, areCarriedOn: worker }
      },
      join: async (owner) => ({
        engine: await openEngine({ ...common, hub: hubOf(owner), worker: false }),
        owner,
        areCarriedOn: true,
      }),
    })
  }
  return new Station(data, await open(), open)
}

/** Joins the owner of a data folder, or becomes it; of several who try at once, one does. */
export async function ownOrJoin<T>(
  data: string,
  ways: { own(): Promise<T>; join(owner: Endpoint): Promise<T> },
): Promise<T> {
  for (const dueAt = Date.now() + lockedMs; ;) {
    const owner = await ownerOf(data)
    if (owner) return ways.join(owner)
    try {
      return await ways.own()
    } catch (error) {
      const isLocked = error instanceof EngineError && error.code === 'data.locked'
      if (!isLocked || Date.now() > dueAt) throw error
      await delay(50) // it is about to say where it listens, or to end
    }
  }
}

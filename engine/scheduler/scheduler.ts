import { createReadStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import type { ChannelOptions } from '@grpc/grpc-js'
import { type Clock, systemClock } from '../clock.ts'
import { type Alarm, Alarms } from './alarms.ts'
import { copyDatabase, removeUnsent, unsentBeside } from './backup.ts'
import { Committer } from './commit.ts'
import { explained, openDatabase, watchFile } from './database.ts'
import { inProcessOptions } from './in-process.ts'
import { join, type LocalWorker } from './local.ts'
import { type LocalMethod, localMethods } from './local-methods.ts'
import { Refusal } from './refusal.ts'
import type { Resident } from './resident.ts'
import { listen, type Listener } from './server.ts'
import { type Service, serviceOn } from './service.ts'
import { Store } from './store.ts'
import { Sweeper } from './sweeper.ts'
import { type Ground, TaskHub } from './task-hub.ts'

export interface SchedulerOptions {
  /** The SQLite file, or `:memory:`. */
  readonly path: string
  readonly clock?: Clock
  /** How long ended instances are kept; absent: for ever. */
  readonly retentionMs?: number
  /** How large an input, a result, an event or an answer may be; default 64 MiB. */
  readonly maxMessageBytes?: number
  /** How long a worker may take for a turn before another one gets it; default one minute. */
  readonly turnLimitMs?: number
  /** How long a connection may be silent before it is asked for a sign of life, and cut if none comes in half that time; default 20 s. */
  readonly silenceMs?: number
  /** How many turns and calls a worker holds that does not say itself; default 100 each. */
  readonly limits?: { readonly turn?: number; readonly call?: number }
}

/** Task hubs in one SQLite file, served within the process and over gRPC. */
export interface Scheduler {
  /** Channel options for clients and workers of the SDK in this process: no sockets. */
  inProcess(taskHub?: string): ChannelOptions
  /** What a client in this process can do without gRPC. */
  methods(taskHub?: string): Readonly<Record<string, LocalMethod>>
  /** Lets a worker of this process take part without even messages; gives the way to leave. */
  join(worker: LocalWorker, taskHub?: string): () => void
  /** Serves other processes at `host:port`, all of them or those that have one of `tokens`; gives the port. */
  listen(address: string, tokens?: readonly string[]): Promise<number>
  /** Writes a consistent copy of the file into `file` while the hub runs. */
  backup(file: string): Promise<void>
  close(): Promise<void>
}

/** Opens a scheduler; refused with `data.locked` while another process has the file. */
export async function openScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { path } = options
  const database = openDatabase(path)
  try {
    removeUnsent(path)
    return new SqliteScheduler(options, new Store(database, watchFile(path)))
  } catch (error) {
    database.close()
    throw explained(error, path)
  }
}

/** How long to wait before the file is tried again after it failed: longer each time, until something was committed. */
const retryMs = { first: 1_000, longest: 30_000 } as const

/** How much of a copy is sent at a time. */
const pieceBytes = 256 * 1024

class SqliteScheduler implements Scheduler {
  readonly #path: string
  readonly #store: Store
  readonly #ground: Ground
  readonly #silenceMs: number
  readonly #service: Service
  readonly #hubs = new Map<string, TaskHub>()
  readonly #listeners: Listener[] = []
  #isClosed = false
  #closing: Promise<void> | undefined
  #copying: Promise<unknown> = Promise.resolve()
  #commits = 0
  #failures = 0
  #stopRetrying: () => void = () => {}
  readonly #sweeper: Sweeper

  constructor(options: SchedulerOptions, store: Store) {
    const { path, clock = systemClock, limits = {} } = options
    this.#path = path
    this.#silenceMs = options.silenceMs ?? 20_000
    this.#store = store
    const committer = new Committer(store, {
      lookAhead: () => this.#lookAhead(),
      isAlone: () => this.#isAlone(),
      committed: () => this.#committed(),
      lost: (error) => this.#lost(error),
    })
    const alarms = new Alarms(clock, (due) => this.#deliver(due))
    this.#ground = {
      store,
      committer,
      clock,
      alarms,
      turnLimitMs: options.turnLimitMs ?? 60_000,
      maxMessageBytes: options.maxMessageBytes ?? 64 * 1024 * 1024,
      limits: { turn: 100, call: 100, ...limits },
    }
    this.#service = serviceOn((name) => this.#hubNamed(name))
    this.#recover()
    this.#sweeper = new Sweeper({
      store,
      committer,
      clock,
      retentionMs: options.retentionMs,
      hubNamed: (name) => this.#hubNamed(name),
    })
    this.#sweeper.tidy()
  }

  inProcess(taskHub = defaultHub): ChannelOptions {
    return inProcessOptions(this.#service, taskHub)
  }

  methods(taskHub = defaultHub): Readonly<Record<string, LocalMethod>> {
    return localMethods(this.#service, taskHub)
  }

  join(worker: LocalWorker, taskHub?: string): () => void {
    return join(this.#hubNamed(taskHub), worker)
  }

  async listen(address: string, tokens?: readonly string[]): Promise<number> {
    const { maxMessageBytes } = this.#ground
    const listener = await listen(this.#service, address, {
      maxMessageBytes,
      silenceMs: this.#silenceMs,
      copy: () => this.#copied(),
      ...(tokens && { tokens }),
    })
    this.#listeners.push(listener)
    return listener.port
  }

  backup(file: string): Promise<void> {
    const copying = this.#copyTo(file)
    this.#copying = Promise.allSettled([this.#copying, copying])
    return copying
  }

  /** Commits wait until the copy has begun. */
  async #copyTo(file: string): Promise<void> {
    const { committer } = this.#ground
    let isHeld = true
    const letGo = (): void => {
      if (isHeld) committer.release()
      isHeld = false
    }
    committer.hold()
    await copyDatabase(this.#store.database, file, letGo).finally(letGo)
  }

  /** A copy for somebody elsewhere: it lies beside the file until it is sent. */
  async *#copied(): AsyncGenerator<Buffer> {
    const file = unsentBeside(this.#path)
    try {
      await writeFile(file, '', { mode: 0o600 })
      await this.backup(file)
      yield* createReadStream(file, { highWaterMark: pieceBytes })
    } finally {
      await rm(file, { force: true })
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut()
    return this.#closing
  }

  async #shut(): Promise<void> {
    await this.#copying
    this.#ground.committer.flush()
    this.#isClosed = true
    this.#stopRetrying()
    this.#sweeper.stop()
    this.#ground.alarms.clear()
    for (const hub of this.#hubs.values()) hub.close()
    this.#ground.committer.close(closed())
    await Promise.all(this.#listeners.map((listener) => listener.close()))
    this.#store.close()
  }

  #hubNamed(name = defaultHub): TaskHub {
    if (this.#isClosed) throw closed()
    const known = this.#hubs.get(name)
    if (known) return known
    if (!/^[\w.-]{1,64}$/.test(name))
      throw new Refusal(
        'invalidArgument',
        `"${name}" cannot name a task hub: 1 to 64 letters, digits, "-", "_" and "." can`,
      )
    const hub = new TaskHub(name, this.#ground)
    this.#hubs.set(name, hub)
    return hub
  }

  #committed(): void {
    this.#failures = 0
    for (const hub of this.#hubs.values()) hub.dispatcher.caughtUp()
    this.#pump()
    this.#sweeper.tidy()
    if (++this.#commits % trimInterval !== 0) return
    for (const hub of this.#hubs.values()) hub.residents.trim()
  }

  #isAlone(): boolean {
    let leased = 0
    for (const hub of this.#hubs.values()) leased += hub.dispatcher.leased
    return leased <= 1
  }

  #lookAhead(): boolean {
    let isUnderWay = false
    for (const hub of this.#hubs.values()) isUnderWay = hub.dispatcher.lookAhead() || isUnderWay
    return isUnderWay
  }

  #pump(): void {
    for (const hub of this.#hubs.values()) hub.dispatcher.pump()
  }

  /** Messages are due. */
  #deliver(due: readonly Alarm[]): void {
    try {
      for (const { key, seq } of due) {
        const message = this.#store.inbox.at(key, seq)
        if (message) this.#at(key, (hub, resident) => hub.deliver(resident, message))
      }
      this.#pump()
    } catch (error) {
      this.#ground.committer.fail(error)
    }
  }

  /** Takes up what the file says is to be done. */
  #recover(): void {
    const { alarms, clock } = this.#ground
    const now = clock.now()
    for (const message of this.#store.inbox.visible(now))
      this.#at(message.key, (hub, resident) => hub.deliver(resident, message))
    for (const call of this.#store.openCalls()) this.#at(call.key, (hub) => hub.offerCall(call))
    for (const { key, seq, visibleAt } of this.#store.inbox.later(now))
      alarms.set({ at: visibleAt, key, seq })
  }

  #at(key: number, visit: (hub: TaskHub, resident: Resident) => void): void {
    const instance = this.#store.instances.at(key)
    if (!instance) return
    const hub = this.#hubNamed(instance.hub)
    visit(hub, hub.residents.hold(instance))
  }

  /**
   * The file did not take a transaction, or did not give what it holds: memory, which may be ahead of it, is thrown
   * away, and nothing is accepted or handed out until the file can be written again. Answers to work that is under way
   * will be refused, and the work done again.
   */
  #lost(error: unknown): Refusal {
    const { message } = explained(error, this.#path)
    this.#ground.alarms.clear()
    for (const hub of this.#hubs.values()) hub.reset()
    const delayMs = Math.min(retryMs.first * 2 ** this.#failures++, retryMs.longest)
    this.#stopRetrying()
    this.#stopRetrying = this.#ground.clock.after(delayMs, () => this.#retry())
    return new Refusal('unavailable', message, { cause: error })
  }

  #retry(): void {
    try {
      this.#store.probe()
      this.#store.resume()
      this.#recover()
    } catch (error) {
      this.#ground.committer.fail(error)
      return
    }
    this.#ground.committer.reopen()
    this.#pump()
  }
}

const defaultHub = 'default'

/** Memory is put in order once in so many commits. */
const trimInterval = 200

function closed(): Refusal {
  return new Refusal('unavailable', 'The hub has closed')
}

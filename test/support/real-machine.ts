import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { NoOpLogger, TaskHubGrpcClient } from '@microsoft/durabletask-js'
import type { RunClient } from '../../engine/client/client.ts'
import { openClient, type ScheduleKeeper } from '../../engine/client/open-client.ts'
import type { Environment } from '../../engine/config.ts'
import { type EmbeddedHub, openEmbeddedHub } from '../../engine/hub/embedded.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import type { Run } from '../../engine/run.ts'
import type { ActivityRegistry } from '../../engine/worker/activity.ts'
import { openWorker, type Worker } from '../../engine/worker/open-worker.ts'
import { JumpingClock } from './jumping-clock.ts'
import { type Ledger, WatchedLine } from './watched-line.ts'

export interface RealMachineOptions {
  readonly definitions: readonly Definition[]
  /** Called anew for each worker. */
  activities(machine: RealMachine): ActivityRegistry
  readonly env?: Environment
  /** Whether the worker is connected as the SDK's is, rather than told by the hub in the same process. */
  readonly isWired?: boolean
}

/** A death in the middle of a run. */
export interface Blow {
  readonly victim: 'worker' | 'process'
  /** After so many turns of the event loop. */
  readonly after: number
}

const dayMs = 86_400_000

/** How long nothing may happen on the clock before a run that has not ended is given up: the hub's own bells ring for ever. */
const patienceMs = 10 * dayMs

/** How long the machine may take, in real time, to come to rest. */
const restMs = 20_000

/**
 * The embedded hub, the client and the worker as they are, on one clock that jumps to the next bell whenever all of them
 * are idle.
 *
 * The hub gives the interpreter its time, by the timestamp of each turn, so the hub's clock is the run's clock. Whether
 * the machine is idle is read from the wire: what the hub has handed to the worker and has no answer for, less the
 * activities that wait for the clock themselves.
 */
export class RealMachine {
  readonly clock: JumpingClock = new JumpingClock()
  readonly ledger: Ledger = { recorded: new Set(), repeated: [] }
  readonly #options: RealMachineOptions
  readonly #folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'longhaul-case-'))
  #life = 0
  #hub: EmbeddedHub | undefined
  #client: (RunClient & ScheduleKeeper) | undefined
  #worker: Worker | undefined
  #line = new WatchedLine(this.ledger)
  /** What of that which the worker holds waits for the clock, or for the end of another run. */
  #sleepers = new Set<() => void>()
  /** How many calls of ours have not been answered. */
  #pending = 0
  #blow: Blow | undefined
  #ticks = 0

  private constructor(options: RealMachineOptions) {
    this.#options = options
  }

  static async open(options: RealMachineOptions): Promise<RealMachine> {
    const machine = new RealMachine(options)
    await machine.#openHub()
    await machine.openWorker()
    return machine
  }

  get client(): RunClient & ScheduleKeeper {
    if (!this.#client) throw new Error('the machine is closed')
    return this.#client
  }

  /** The number of the process: what one that has died still acknowledges does not count. */
  get life(): number {
    return this.#life
  }

  /** Starts a run; with `limits` past the client, which does not know them. */
  async start(start: Start): Promise<string> {
    const { definition, input, limits } = start
    if (!limits) return (await this.client.start(definition, input)).id
    const sdk = new TaskHubGrpcClient({
      ...(await this.#connection.clientOptions()),
      logger: new NoOpLogger(),
    })
    try {
      return await sdk.scheduleNewOrchestration(definition.name, start)
    } finally {
      void sdk.stop() // it sleeps a second
    }
  }

  /** Goes on until the run has ended; `undefined`: it waits for what never comes. */
  async live(id: string, blow?: Blow): Promise<Run | undefined> {
    this.#blow = blow
    for (;;) {
      const { client } = this
      const end: { run?: Run; error?: unknown } = {}
      client.wait(id).then(
        (run) => (end.run = run),
        (error: unknown) => (end.error = error),
      )
      do await this.#rest()
      while (!end.run && !end.error && this.#goOn())
      if (client !== this.client) continue // its process has died
      if (end.error) throw end.error
      return end.run
    }
  }

  /** Does something from outside at a time of the clock. */
  at(afterMs: number, act: () => Promise<unknown>): void {
    this.clock.after(afterMs, () => {
      this.#pending += 1
      void act().finally(() => (this.#pending -= 1))
    })
  }

  /** Resolves after `ms` of the clock, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = this.#fallAsleep(resolve)
      const callOff = this.clock.after(ms, wake)
      const giveUp = (): void => {
        callOff()
        wake()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      if (signal.aborted) giveUp()
    })
  }

  /** Says whether the blow has fallen now. */
  async #suffer(): Promise<boolean> {
    if (!this.#blow || (this.#ticks += 1) < this.#blow.after) return false
    const { victim } = this.#blow
    this.#blow = undefined
    if (victim === 'process') return this.crash().then(() => true)
    this.loseWorker()
    await this.openWorker()
    return true
  }

  /** The worker dies where it stands; nobody takes its place before {@link openWorker}. */
  loseWorker(): void {
    this.#line.cut()
    void this.#worker?.stop({ graceMs: 0 })
    this.#worker = undefined
  }

  /** The process dies, and another one opens what is on its disk. */
  async crash(): Promise<void> {
    const before = this.#path
    this.#life += 1
    mkdirSync(dirname(this.#path))
    for (const suffix of ['', '-wal']) copyFileSync(before + suffix, this.#path + suffix)
    this.loseWorker()
    await this.#client?.close()
    await this.#hub?.close()
    await this.#openHub()
    await this.openWorker()
  }

  async close(): Promise<void> {
    this.loseWorker()
    await this.#client?.close()
    await this.#hub?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #connection(): EmbeddedHub {
    if (!this.#hub) throw new Error('the machine is closed')
    return this.#hub
  }

  get #isIdle(): boolean {
    const isManned = this.#line.isConnected || !this.#worker
    return isManned && this.#pending === 0 && this.#line.held === this.#sleepers.size
  }

  /** Resolves when nothing goes on any more before the clock does. */
  async #rest(): Promise<void> {
    const until = performance.now() + restMs
    for (let quiet = 0; quiet < 3;) {
      await nextTick()
      const isStruck = await this.#suffer()
      quiet = this.#isIdle && !isStruck ? quiet + 1 : 0
      if (performance.now() > until)
        throw new Error(
          `the machine does not come to rest: ${this.#line.held} held, ${this.#sleepers.size} asleep`,
        )
    }
  }

  /** Lets the clock jump until that has led to something; `false` when it leads nowhere. */
  #goOn(): boolean {
    const horizon = this.clock.now() + patienceMs
    while (this.#isIdle) if (!this.clock.jump(horizon)) return false
    return true
  }

  /** Counts something of the worker that is there now as dormant until it is woken, once. */
  #fallAsleep(woken: () => void): () => void {
    const sleepers = this.#sleepers
    sleepers.add(woken)
    return () => {
      if (sleepers.delete(woken)) woken()
    }
  }

  get #path(): string {
    return join(this.#folder, String(this.#life), 'hub.db')
  }

  async #openHub(): Promise<void> {
    const dataDir = join(this.#folder, String(this.#life))
    this.#hub = await openEmbeddedHub({ dataDir, clock: this.clock })
    this.#client = await openClient(this.#hub, { env: this.#options.env ?? {} })
  }

  async openWorker(): Promise<void> {
    const { definitions, env = {}, isWired = false } = this.#options
    this.#line = new WatchedLine(this.ledger)
    this.#sleepers = new Set()
    const { client } = this
    this.#worker = await openWorker(this.#line.to(this.#connection, !isWired), {
      activities: this.#options.activities(this),
      definitions: () => definitions,
      client: {
        start: (...started) => client.start(...started),
        raise: (...raised) => client.raise(...raised),
        get: (id) => client.get(id),
        wait: (id, { timeoutMs }) => this.#waitFor(client, id, timeoutMs),
      },
      env,
    })
  }

  /** The end of a run, or how it stands when the patience is over: as the client does it, but on our clock. */
  async #waitFor(client: RunClient, id: string, timeoutMs: number): Promise<Run> {
    const impatience = new AbortController()
    const wake = this.#fallAsleep(() => impatience.abort())
    const callOff = this.clock.after(timeoutMs, wake)
    try {
      const run = await client.wait(id, { signal: impatience.signal })
      return run
    } catch (error) {
      const run = impatience.signal.aborted ? await client.get(id) : undefined
      if (!run) throw error
      return run
    } finally {
      callOff()
      wake()
    }
  }
}

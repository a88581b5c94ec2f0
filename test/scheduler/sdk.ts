import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import {
  NoOpLogger,
  type OrchestrationState,
  OrchestrationStatus,
  type TActivity,
  type Task,
  TaskHubGrpcClient,
  TaskHubGrpcWorker,
  type TaskHubGrpcWorkerOptions,
  type TOrchestrator,
} from '@microsoft/durabletask-js'
import { onTestFinished } from 'vitest'
import { watchMs } from '../../engine/scheduler/database.ts'
import { openScheduler, type Scheduler, type SchedulerOptions } from '../../engine/scheduler/scheduler.ts'
import { ManualClock } from './manual-clock.ts'

/** How the SDK reaches the hub. */
export type Transport = 'in-process' | 'tcp'

/** What an orchestrator of a test gives: tasks, whose results it trusts to be what it expects. */
// oxlint-disable-next-line typescript/no-explicit-any -- so does the SDK
export type Steps = AsyncGenerator<Task<any>>

// oxlint-disable-next-line typescript/no-explicit-any -- activities of tests take what they are given
export type Activities = Readonly<Record<string, TActivity<any, any>>>
export type Orchestrators = Readonly<Record<string, TOrchestrator>>

export { OrchestrationStatus as Status }

/** The unmodified worker and client of the SDK on a hub of our own, whose clock stands still. */
export class Bench {
  readonly transport: Transport
  readonly folder: string
  readonly clock: ManualClock = new ManualClock()
  readonly #options: Partial<SchedulerOptions>
  readonly #workers: TaskHubGrpcWorker[] = []
  #scheduler: Scheduler | undefined
  #client: TaskHubGrpcClient | undefined
  #port = 0
  #file = 'hub.db'

  constructor(transport: Transport, options: Partial<SchedulerOptions>) {
    this.transport = transport
    this.#options = options
    // Memory, where there is some: what is tested here is not how fast a disk is.
    this.folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'longhaul-hub-'))
  }

  get scheduler(): Scheduler {
    if (!this.#scheduler) throw new Error('The bench is not open')
    return this.#scheduler
  }

  get client(): TaskHubGrpcClient {
    if (!this.#client) throw new Error('The bench is not open')
    return this.#client
  }

  async open(): Promise<void> {
    const path = join(this.folder, this.#file)
    this.#scheduler = await openScheduler({ clock: this.clock, ...this.#options, path })
    if (this.transport === 'tcp') this.#port = await this.#scheduler.listen(`127.0.0.1:${this.#port}`)
    this.#client = this.newClient()
  }

  newClient(taskHub?: string): TaskHubGrpcClient {
    return new TaskHubGrpcClient(this.#connection(taskHub))
  }

  async worker(
    orchestrators: Orchestrators,
    activities: Activities = {},
    options: TaskHubGrpcWorkerOptions & { readonly taskHub?: string } = {},
  ): Promise<TaskHubGrpcWorker> {
    const { taskHub, ...rest } = options
    const worker = new TaskHubGrpcWorker({ ...this.#connection(taskHub), shutdownTimeoutMs: 100, ...rest })
    for (const [name, orchestrator] of Object.entries(orchestrators))
      worker.addNamedOrchestrator(name, orchestrator)
    for (const [name, activity] of Object.entries(activities)) worker.addNamedActivity(name, activity)
    await worker.start()
    this.#workers.push(worker)
    return worker
  }

  #connection(taskHub: string | undefined): TaskHubGrpcWorkerOptions {
    const logger = new NoOpLogger()
    if (this.transport === 'in-process') return { logger, options: this.scheduler.inProcess(taskHub) }
    return { logger, hostAddress: `127.0.0.1:${this.#port}`, ...inHub(taskHub) }
  }

  /** The process dies, and another one opens what is on its disk. Workers are gone with it. */
  async crash(): Promise<void> {
    const [before, after] = [this.#file, `again-${this.#file}`]
    for (const suffix of ['', '-wal'])
      copyFileSync(join(this.folder, before + suffix), join(this.folder, after + suffix))
    await this.#shut()
    this.#file = after
    await this.open()
  }

  async close(): Promise<void> {
    await this.#shut()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #shut(): Promise<void> {
    for (const worker of this.#workers.splice(0)) void worker.stop() // it sleeps a second when all is done
    void this.#client?.stop()
    await this.#scheduler?.close()
  }

  /** Starts an orchestration and waits for its end. */
  async run(name: string, input?: unknown): Promise<Ended> {
    return this.ended(await this.client.scheduleNewOrchestration(name, input))
  }

  async ended(id: string): Promise<Ended> {
    const state = await this.client.waitForOrchestrationCompletion(id, true, 20)
    if (!state) throw new Error(`There is no instance "${id}"`)
    return describe(state)
  }

  async state(id: string): Promise<Ended> {
    const state = await this.client.getOrchestrationState(id)
    if (!state) throw new Error(`There is no instance "${id}"`)
    return describe(state)
  }

  /** The types of the events in the history of an instance. */
  async events(id: string): Promise<string[]> {
    return (await this.client.getOrchestrationHistory(id)).map(({ type }) => type)
  }

  /** Resolves once the history of an instance has `count` events of a type. */
  async hasEvent(id: string, type: string, count = 1): Promise<void> {
    await until(async () => (await this.events(id)).filter((other) => other === type).length >= count)
  }
}

/** What a caller sees of an instance. */
export interface Ended {
  readonly id: string
  readonly status: OrchestrationStatus
  readonly output: unknown
  readonly failure?: { readonly type: string; readonly message: string }
  readonly customStatus?: unknown
}

function describe(state: OrchestrationState): Ended {
  const { serializedOutput, serializedCustomStatus, failureDetails } = state
  return {
    id: state.instanceId,
    status: state.runtimeStatus,
    output: parsed(serializedOutput),
    ...(failureDetails && { failure: { type: failureDetails.errorType, message: failureDetails.message } }),
    ...(serializedCustomStatus && { customStatus: parsed(serializedCustomStatus) }),
  }
}

function parsed(text: string | undefined): unknown {
  return text ? JSON.parse(text) : undefined
}

function inHub(taskHub: string | undefined): Pick<TaskHubGrpcWorkerOptions, 'metadataGenerator'> {
  if (taskHub === undefined) return {}
  return {
    metadataGenerator: async () => {
      const { Metadata } = await import('@grpc/grpc-js')
      const metadata = new Metadata()
      metadata.set('taskhub', taskHub)
      return metadata
    },
  }
}

/** A bench that is closed when the test ends. */
export async function openBench(
  transport: Transport,
  options: Partial<SchedulerOptions> = {},
): Promise<Bench> {
  const bench = new Bench(transport, options)
  await bench.open()
  onTestFinished(() => bench.close())
  return bench
}

/** Moves a hub's file away, and resolves when the hub looks whether it is there. */
export async function moveAway(file: string): Promise<void> {
  renameSync(file, `${file}.gone`)
  const lookedForAt = performance.now() + 2 * watchMs
  await until(() => performance.now() > lookedForAt)
}

/** Resolves once `holds` does, which the event loop is given the time to bring about. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 15_000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('What was waited for never came about')
    await nextTick()
  }
}

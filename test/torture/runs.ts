import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NoOpLogger, OrchestrationStatus, TaskHubGrpcClient } from '@microsoft/durabletask-js'
import type { RunClient } from '../../engine/client/client.ts'
import { openClient } from '../../engine/client/open-client.ts'
import { EngineError } from '../../engine/error.ts'
import { connectHub } from '../../engine/hub/connect.ts'
import type { Json } from '../../engine/json.ts'
import { hasEnded, type Run } from '../../engine/run.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition } from '../../engine/language/definition.ts'
import { readDefinitions } from '../../engine/language/read.ts'
import type { Plan, Promised } from './ledger.ts'

export interface Letter {
  readonly name: string
  readonly last: boolean
  readonly work: boolean
}

/** What a client of a torture can do to runs, Longhaul's and those of the SDK's own orchestrators. */
export interface Runs {
  /** Resolves once the client knows that there is such a run. */
  start(id: string, plan: Plan): Promise<void>
  raise(hub: Promised['hub'], id: string, letter: Letter): Promise<void>
  /** Asks a run of ours to clean up and end, and ends one of the SDK's at once. */
  stop(hub: Promised['hub'], id: string): Promise<void>
  /** Lets one of the SDK's take no more turns. */
  suspend(id: string): Promise<void>
  resume(id: string): Promise<void>
  /** Removes what stands in the way of one of the SDK's that stumbles. */
  repair(id: string): void
  /** Lets one of the SDK's that has failed go on from there. */
  rewind(id: string): Promise<void>
  /** Starts one of the SDK's that has ended once more; gives its id. */
  restart(id: string, asAnother: boolean): Promise<string>
  /** Forgets one that has ended, and all it started. */
  purge(hub: Promised['hub'], id: string): Promise<void>
  /** Resolves when the schedule has begun another run, and that one has ended. */
  ticked(): Promise<void>
  /** Resolves when the schedule that is no longer in the definitions has ended, and all that it has begun. */
  unscheduled(): Promise<void>
  /** Starts a new run like one of ours that has ended. */
  retry(id: string): Promise<void>
  /** How it ended. */
  end(hub: Promised['hub'], id: string): Promise<{ readonly status: string; readonly output: Json }>
  close(): Promise<void>
}

/** Whether the hub did not answer: what was asked for may have happened or not. */
export function isAway(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'hub.unavailable'
  if (!(error instanceof Error)) return false
  return error.name === 'TimeoutError' || ('code' in error && error.code === unavailable)
}

/** The status by which gRPC says so. */
const unavailable = 14

/** How long one call waits for an end. */
const waitSeconds = 5

export async function openRuns(connection: (taskHub: string) => string, folder: string): Promise<Runs> {
  const ours = await openClient(await connectHub(connection('default')))
  const other = await connectHub(connection('sdk'))
  const sdk = new TaskHubGrpcClient({ ...(await other.clientOptions()), logger: new NoOpLogger() })
  const compiled = compile(await readDefinitions([join(folder, 'definitions')])).definitions
  return {
    start: async (id, { hub, workflow, input }) => {
      if (hub === 'default') await startOurs(ours, definitionOf(workflow, compiled), input, id)
      // A second start of an ended instance would let a new one take its place.
      else if (!(await sdk.getOrchestrationState(id, false)))
        await sdk.scheduleNewOrchestration(
          workflow,
          Array.isArray(input) ? input : { ...Object(input), name: id },
          id,
        )
    },
    raise: (hub, id, letter) =>
      hub === 'default'
        ? ours.raise(id, 'letter', { ...letter })
        : sdk.raiseOrchestrationEvent(id, 'letter', letter),
    stop: (hub, id) =>
      hub === 'default'
        ? ours.cancel(id).catch((error: unknown) => swallow('run.ended', error))
        : sdk.terminateOrchestration(id, 'enough'),
    suspend: (id) => sdk.suspendOrchestration(id),
    resume: (id) => sdk.resumeOrchestration(id),
    repair: (id) => {
      mkdirSync(join(folder, 'repaired'), { recursive: true })
      writeFileSync(join(folder, 'repaired', id), '')
    },
    rewind: (id) => sdk.rewindInstance(id, 'repaired').catch(ifDoneBefore),
    restart: (id, asAnother) =>
      sdk.restartOrchestration(id, asAnother).catch((error: unknown) => {
        ifDoneBefore(error)
        return id
      }),
    purge: async (hub, id) => {
      if (hub === 'default') await ours.purge(id)
      else await sdk.purgeOrchestration(id, { recursive: true })
    },
    ticked: async () => {
      const before = new Set((await ticks(ours)).map((run) => run.id))
      await holds(async () =>
        (await ticks(ours)).some((run) => !before.has(run.id) && run.status === 'completed'),
      )
    },
    unscheduled: async () => {
      await holds(async () => {
        const schedule = await ours.get('schedule:ticking')
        return schedule === undefined || hasEnded(schedule.status)
      })
      await holds(async () => (await ticks(ours)).every((run) => hasEnded(run.status)))
    },
    retry: async (id) => void (await ours.retry(id)),
    end: (hub, id) => (hub === 'default' ? endOfOurs(ours, id) : endOfTheirs(sdk, id)),
    close: async () => {
      await ours.close()
      void sdk.stop() // it sleeps a second when all is done
    },
  }
}

/** What an earlier attempt, of which nobody heard, has done needs no second. */
function ifDoneBefore(error: unknown): void {
  if (!(error instanceof Error) || !/does not allow rewinding|cannot be restarted/.test(error.message))
    throw error
}

async function ticks(client: RunClient): Promise<readonly Run[]> {
  return (await client.list({ workflow: 'ticking', limit: 1000 })).runs
}

async function holds(look: () => Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await pause(100))
    try {
      if (await look()) return
    } catch (error) {
      if (!isAway(error)) throw error
    }
  throw new Error('The schedule does not do what it should')
}

async function startOurs(client: RunClient, definition: Definition, input: Json, id: string): Promise<void> {
  await client.start(definition, input, { id }).catch((error: unknown) => swallow('run.exists', error))
}

async function endOfOurs(client: RunClient, id: string): ReturnType<Runs['end']> {
  const run = await client.wait(id, { timeoutMs: waitSeconds * 1000 })
  if (!hasEnded(run.status)) throw new EngineError('hub.unavailable', `Run "${id}" has not ended yet`)
  return { status: run.status, output: run.output ?? null }
}

async function endOfTheirs(client: TaskHubGrpcClient, id: string): ReturnType<Runs['end']> {
  const state = await client.waitForOrchestrationCompletion(id, true, waitSeconds)
  const status = OrchestrationStatus[state?.runtimeStatus ?? 0] ?? 'unknown'
  return { status: status.toLowerCase(), output: JSON.parse(state?.serializedOutput ?? 'null') }
}

function swallow(code: string, error: unknown): void {
  if (!(error instanceof EngineError && error.code === code)) throw error
}

function definitionOf(name: string, all: readonly Definition[]): Definition {
  const found = all.find((definition) => definition.name === name)
  if (!found) throw new Error(`There is no definition "${name}"`)
  return found
}

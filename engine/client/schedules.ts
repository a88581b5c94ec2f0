import { terminateOptions, type OrchestrationState, OrchestrationStatus } from '@microsoft/durabletask-js'
import type { Definition, Schedule } from '../language/definition.ts'
import type { HubCalls } from './hub-calls.ts'

/** The name under which the interpreter keeps schedules, and what their instance ids begin with. */
export const scheduleName = 'longhaul.schedule'
const idPrefix = 'schedule:'

/** The tag that says what a schedule was started with. */
const tag = 'longhaul.schedule'

/** How long a schedule that is taken back may take to end, in seconds. */
const patienceSeconds = 10

/**
 * Sees to it that the hub keeps the schedules of these definitions, and no others: what has changed is started anew,
 * what is the same goes on undisturbed. Several processes with the same definitions may do so.
 */
export async function keepSchedules(hub: HubCalls, definitions: readonly Definition[]): Promise<void> {
  const wanted = wantedOf(definitions)
  for (const { instanceId, tags } of await liveSchedules(hub)) {
    const schedule = wanted.get(instanceId)
    if (schedule && tags?.[tag] === JSON.stringify(schedule.schedule)) wanted.delete(instanceId)
    else await takeBack(hub, instanceId)
  }
  for (const [id, state] of wanted) await begin(hub, id, state)
}

interface Wanted {
  readonly workflow: string
  readonly schedule: Schedule
}

/** The newest version of a definition is the one that is scheduled. */
function wantedOf(definitions: readonly Definition[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>()
  const seen = new Set<string>()
  for (const { name, schedule } of definitions) {
    if (!seen.has(name) && schedule) wanted.set(`${idPrefix}${name}`, { workflow: name, schedule })
    seen.add(name)
  }
  return wanted
}

async function liveSchedules(hub: HubCalls): Promise<OrchestrationState[]> {
  const statuses = [OrchestrationStatus.RUNNING, OrchestrationStatus.PENDING, OrchestrationStatus.SUSPENDED]
  return hub(async (sdk) => {
    const found: OrchestrationState[] = []
    for await (const state of sdk.getAllInstances({ statuses, instanceIdPrefix: idPrefix })) found.push(state)
    return found
  })
}

async function takeBack(hub: HubCalls, id: string): Promise<void> {
  await hub((sdk) =>
    sdk.terminateOrchestration(id, terminateOptions({ output: { reason: 'The schedule has changed' } })),
  )
  await hub((sdk) => sdk.waitForOrchestrationCompletion(id, false, patienceSeconds))
}

async function begin(hub: HubCalls, instanceId: string, state: Wanted): Promise<void> {
  await hub((sdk) => sdk.purgeOrchestration(instanceId)) // what an ended one has left
  await hub((sdk) =>
    sdk.scheduleNewOrchestration(
      scheduleName,
      { schedule: state },
      { instanceId, tags: { [tag]: JSON.stringify(state.schedule) } },
    ),
  )
}

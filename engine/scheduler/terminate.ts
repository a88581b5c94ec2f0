import { executionCompleted, executionTerminated, orchestratorStarted } from './event.ts'
import { hasEnded } from './instance.ts'
import type { Resident } from './resident.ts'
import type { TaskHub } from './task-hub.ts'

/**
 * Ends an instance, and when asked to, everything it started.
 *
 * The hub does so by itself, at once: a worker that hangs or is not there cannot stand in the way, and the order
 * cannot get lost in a turn that continues as new. A turn that is under way is void; its answer is refused.
 */
export function terminate(
  hub: TaskHub,
  resident: Resident,
  output: string | undefined,
  recursive: boolean,
): void {
  end(hub, resident, output, recursive)
  if (!recursive) return
  const met = new Set([resident])
  for (const ancestor of met)
    for (const child of hub.childrenOf(ancestor)) {
      if (!met.has(child)) end(hub, child, output, recursive)
      met.add(child)
    }
}

function end(hub: TaskHub, resident: Resident, output: string | undefined, recursive: boolean): void {
  const { suspension, ...instance } = resident.instance
  if (hasEnded(instance.status)) return
  const { now } = hub
  const status = 'terminated'
  const result = output === undefined ? {} : { output }
  const completed = {
    ...instance,
    status,
    completedAt: now,
    updatedAt: now,
    turns: instance.turns + 1,
    isCalling: false,
  } as const
  if (instance.turns === 0) hub.ground.store.keepInput(instance.key)
  hub.save(resident, completed, result)
  hub.addTurn(resident, [
    orchestratorStarted(now),
    ...(suspension ? [suspension] : []),
    executionTerminated(output, recursive, now),
    executionCompleted({ id: -1, status, ...result }, now),
  ])
  hub.closeCalls(resident)
  hub.conclude(resident, status, result)
}

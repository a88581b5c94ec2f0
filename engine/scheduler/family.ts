import type { OpenChild } from './action.ts'
import { childCompleted, childFailed, endedWithout, executionRewound, failureDetails } from './event.ts'
import { hasEnded, type Parent } from './instance.ts'
import type { Resident } from './resident.ts'
import type { TaskHub } from './task-hub.ts'
import type { PlannedChild } from './turn.ts'

/** An instance starts a child. An ended instance of that id makes way; a live one does not. */
export function startChild(hub: TaskHub, parent: Resident, { id, child, call }: PlannedChild): void {
  const { generation } = parent.instance
  const former = hub.residents.find(child)
  if (former && !hasEnded(former.instance.status)) {
    const failure = failureDetails('OrchestrationAlreadyExists', `There is an instance "${child}" already`)
    hub.post(parent, childFailed(id, failure, hub.now), { generation })
    return
  }
  if (former) hub.remove(former)
  hub.create({ ...call, id: child, parent: parentage(parent, id) })
}

/** A rewound instance takes over a child of its former generation: one that failed is rewound as well. */
export function adopt(hub: TaskHub, parent: Resident, open: OpenChild): void {
  const { generation } = parent.instance
  const child = hub.residents.find(open.child)
  if (child?.instance.parent?.id !== parent.instance.id) return startChild(hub, parent, open)
  const { status } = child.instance
  hub.save(child, { ...child.instance, parent: parentage(parent, open.id) })
  if (status === 'failed') return beginRewind(hub, child, open.reason, generation)
  if (!hasEnded(status)) return
  const { output } = hub.ground.store.payloads(child.instance.key)
  const event =
    status === 'completed'
      ? childCompleted(open.id, output, hub.now)
      : childFailed(open.id, endedWithout(status, open.child), hub.now)
  hub.post(parent, event, { generation })
}

/** Asks the worker to rewrite the history of a failed instance without its failures. */
export function beginRewind(
  hub: TaskHub,
  resident: Resident,
  reason: string | undefined,
  parentGeneration?: string,
): void {
  const { completedAt: _, ...instance } = resident.instance
  hub.clearInbox(resident)
  hub.save(resident, { ...instance, status: 'running', updatedAt: hub.now })
  hub.ground.store.instances.clearEnd(instance.key)
  const { generation } = instance
  hub.post(resident, executionRewound(reason, parentGeneration, hub.now), { generation })
}

function parentage({ instance: { id, generation, name } }: Resident, actionId: number): Parent {
  return { id, generation, name, actionId }
}

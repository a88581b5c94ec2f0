import { randomUUID } from 'node:crypto'
import { eventRaised, executionResumed, executionSuspended } from './event.ts'
import { beginRewind } from './family.ts'
import { hasEnded, isUntouched, type Status } from './instance.ts'
import { Refusal } from './refusal.ts'
import type { StartOf, TaskHub } from './task-hub.ts'
import { present } from '../present.ts'

/** The statuses in which an instance gives its id to a new one. */
export type ReusePolicy = readonly Status[]

const endStatuses: ReusePolicy = ['completed', 'failed', 'canceled', 'terminated']

/** Starts an instance; gives its id. Without a policy an ended instance makes way for the new one. */
export function start(hub: TaskHub, asked: StartOf, policy: ReusePolicy = endStatuses): string {
  if (asked.name === '')
    throw new Refusal('invalidArgument', 'An instance needs the name of its orchestration')
  if (!policy.includes('terminated') && !policy.every(hasEnded))
    throw new Refusal(
      'invalidArgument',
      'A policy that replaces live instances must replace terminated ones as well',
    )
  const id = asked.id === '' ? randomUUID() : asked.id
  const former = hub.residents.find(id)
  if (former && !policy.includes(former.instance.status))
    throw new Refusal(
      'alreadyExists',
      `There is an instance "${id}" already, and it is ${former.instance.status}; give another id, or purge it`,
    )
  if (former) hub.remove(former)
  hub.create({ ...asked, id })
  return id
}

/** Sends an event to an instance; one that has ended does not hear it. */
export function raise(hub: TaskHub, id: string, name: string, input: string | undefined): void {
  const resident = hub.existing(id)
  if (!hasEnded(resident.instance.status)) hub.post(resident, eventRaised(name, input, hub.now))
}

/** Lets an instance take no more turns until it is resumed. What happens to it meanwhile waits. */
export function suspend(hub: TaskHub, id: string, reason: string | undefined): void {
  const resident = hub.existing(id)
  const { instance } = resident
  if (hasEnded(instance.status) || instance.status === 'suspended') return
  hub.dispatcher.hold(resident)
  const suspension = executionSuspended(reason, hub.now)
  hub.save(resident, { ...instance, status: 'suspended', suspension, updatedAt: hub.now })
}

/** Lets a suspended instance go on. */
export function resume(hub: TaskHub, id: string, reason: string | undefined): void {
  const resident = hub.existing(id)
  const { suspension, ...instance } = resident.instance
  if (instance.status !== 'suspended') return
  const status = isUntouched(instance) ? 'pending' : 'running'
  hub.save(resident, { ...instance, status, updatedAt: hub.now })
  if (suspension) hub.post(resident, suspension)
  hub.post(resident, executionResumed(reason, hub.now))
}

/** Starts an instance once more, with its input; under its own id only once it has ended. Gives the id. */
export function restart(hub: TaskHub, id: string, withNewId: boolean): string {
  const resident = hub.existing(id)
  const { name, version, tags, status } = resident.instance
  if (!withNewId && !hasEnded(status))
    throw new Refusal(
      'failedPrecondition',
      `Instance "${id}" is ${status}; it can be restarted under its own id once it has ended`,
    )
  const { input } = hub.ground.store.payloads(resident.instance.key)
  const newId = withNewId ? randomUUID().replaceAll('-', '') : id
  if (!withNewId) hub.remove(resident)
  hub.create(present({ id: newId, name, version, tags, input }))
  return newId
}

/** Lets a failed instance try again from where it failed. */
export function rewind(hub: TaskHub, id: string, reason: string | undefined): void {
  const resident = hub.existing(id)
  const { status } = resident.instance
  if (status !== 'failed')
    throw new Refusal(
      'failedPrecondition',
      `Instance "${id}" is ${status}, a state that does not allow rewinding: only failed instances can be rewound`,
    )
  beginRewind(hub, resident, reason)
}

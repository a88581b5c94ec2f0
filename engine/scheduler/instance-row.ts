import type { SQLInputValue } from 'node:sqlite'
import { integerIn, optionalBytesIn, optionalIntegerIn, optionalTextIn, type Row, textIn } from './columns.ts'
import type { Instance, Parent, Payloads, Status, Tags } from './instance.ts'
import { present } from '../present.ts'

/** The instance that a row of `instances` keeps. */
export function instanceFrom(row: Row): Instance {
  return present({
    key: integerIn(row, 'key'),
    hub: textIn(row, 'hub'),
    id: textIn(row, 'id'),
    generation: textIn(row, 'generation'),
    name: textIn(row, 'name'),
    version: optionalTextIn(row, 'version'),
    status: statusIn(row),
    createdAt: integerIn(row, 'created_at'),
    updatedAt: integerIn(row, 'updated_at'),
    completedAt: optionalIntegerIn(row, 'completed_at'),
    startAt: optionalIntegerIn(row, 'start_at'),
    turns: integerIn(row, 'turns'),
    isCalling: integerIn(row, 'calling') === 1,
    parent: parentIn(row),
    tags: tagsIn(row),
    suspension: optionalBytesIn(row, 'suspension'),
    startTrace: optionalBytesIn(row, 'start_trace'),
    trace: optionalBytesIn(row, 'trace'),
  })
}

/** The columns of an instance, in the order of {@link instanceValues}. */
const columns = [
  'key',
  'hub',
  'id',
  'status',
  'generation',
  'turns',
  'calling',
  'name',
  'version',
  'created_at',
  'updated_at',
  'completed_at',
  'start_at',
  'parent_id',
  'parent_generation',
  'parent_name',
  'parent_action',
  'tags',
  'suspension',
  'start_trace',
  'trace',
  'custom_status',
  'output',
  'failure',
] as const

/** Adds an instance, given its {@link instanceValues}. */
export const instanceInsertion: string = `
  INSERT INTO instances (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`

export function instanceValues(instance: Instance, payloads: Payloads): SQLInputValue[] {
  const { parent, tags } = instance
  return [
    instance.key,
    instance.hub,
    instance.id,
    instance.status,
    instance.generation,
    instance.turns,
    instance.isCalling ? 1 : 0,
    instance.name,
    instance.version ?? null,
    instance.createdAt,
    instance.updatedAt,
    instance.completedAt ?? null,
    instance.startAt ?? null,
    parent?.id ?? null,
    parent?.generation ?? null,
    parent?.name ?? null,
    parent?.actionId ?? null,
    tags ? JSON.stringify(tags) : null,
    instance.suspension ?? null,
    instance.startTrace ?? null,
    instance.trace ?? null,
    payloads.customStatus ?? null,
    payloads.output ?? null,
    payloads.failure ?? null,
  ]
}

const statuses: Readonly<Record<Status, Status>> = {
  pending: 'pending',
  running: 'running',
  suspended: 'suspended',
  completed: 'completed',
  failed: 'failed',
  canceled: 'canceled',
  terminated: 'terminated',
}

function statusIn(row: Row): Status {
  const written = textIn(row, 'status')
  const status = Object.values(statuses).find((known) => known === written)
  if (status) return status
  throw new TypeError(`An instance has status "${written}", which does not exist`)
}

function parentIn(row: Row): Parent | undefined {
  const id = optionalTextIn(row, 'parent_id')
  if (id === undefined) return undefined
  return {
    id,
    generation: textIn(row, 'parent_generation'),
    name: textIn(row, 'parent_name'),
    actionId: integerIn(row, 'parent_action'),
  }
}

function tagsIn(row: Row): Tags | undefined {
  const tags = optionalTextIn(row, 'tags')
  return tags === undefined ? undefined : JSON.parse(tags)
}

import type { SQLInputValue } from 'node:sqlite'
import type { Instant } from '../clock.ts'
import type { Instance, Status } from './instance.ts'
import { instanceFrom } from './instance-row.ts'
import type { TaskHub } from './task-hub.ts'

/** Which instances of a hub are wanted. */
export interface Listing {
  /** Absent or empty: all. */
  readonly statuses?: readonly Status[]
  readonly createdFrom?: Instant
  readonly createdTo?: Instant
  readonly completedFrom?: Instant
  readonly completedTo?: Instant
  readonly prefix?: string
  /** The key at which the page before ended. */
  readonly after?: number
}

const allStatuses: readonly Status[] = [
  'pending',
  'running',
  'suspended',
  'completed',
  'failed',
  'canceled',
  'terminated',
]

/** The next instances of a listing, oldest first, at most `limit`. */
export function list(hub: TaskHub, listing: Listing, limit: number): Instance[] {
  const { statuses = [] } = listing
  const conditions = conditionsOf(listing)
  const sql = `SELECT * FROM instances WHERE hub = ? AND status = ?${conditions.map(([condition]) => ` AND ${condition}`).join('')} ORDER BY key LIMIT ?`
  const values = conditions.flatMap(([, ...bound]) => bound)
  // One walk along the index per status; each stops early, however many instances there are of the others.
  const found = (statuses.length > 0 ? [...new Set(statuses)] : allStatuses).flatMap((status) =>
    hub.ground.store.select(sql, hub.name, status, ...values, limit).map(instanceFrom),
  )
  return found.toSorted((a, b) => a.key - b.key).slice(0, limit)
}

type Condition = readonly [sql: string, ...values: SQLInputValue[]]

function conditionsOf(listing: Listing): Condition[] {
  const { after = 0, createdFrom, createdTo, completedFrom, completedTo, prefix = '' } = listing
  const conditions: Condition[] = [['key > ?', after]]
  if (createdFrom !== undefined) conditions.push(['created_at >= ?', createdFrom])
  if (createdTo !== undefined) conditions.push(['created_at <= ?', createdTo])
  if (completedFrom !== undefined) conditions.push(['completed_at >= ?', completedFrom])
  if (completedTo !== undefined) conditions.push(['completed_at <= ?', completedTo])
  if (prefix !== '') conditions.push(['substr(id, 1, length(?)) = ?', prefix, prefix])
  return conditions
}

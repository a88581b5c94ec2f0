import type { SQLInputValue } from 'node:sqlite'
import type { Instant } from '../clock.ts'
import { integerIn } from './columns.ts'
import type { Instance, Status } from './instance.ts'
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
  /** What people look at begins with what is new; default: oldest first. */
  readonly newestFirst?: boolean
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

/** The next instances of a listing, at most `limit`. */
export function list(hub: TaskHub, listing: Listing, limit: number): Instance[] {
  const { store } = hub.ground
  const { newestFirst = false } = listing
  const statuses = listing.statuses?.length ? [...new Set(listing.statuses)] : allStatuses
  const conditions = conditionsOf(listing)
  const rest = conditions.map(([condition]) => ` AND ${condition}`).join('')
  const values = conditions.flatMap(([, ...bound]) => bound)
  const keys = (where: string, ...bound: SQLInputValue[]): number[] =>
    store
      .select(
        `SELECT key FROM instances ${where}${rest} ORDER BY key ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`,
        hub.name,
        ...bound,
        ...values,
        limit,
      )
      .map((row) => integerIn(row, 'key'))
  // A prefix leads to few. Without one it is one walk per status, and each stops early, however many there are of others.
  const found = listing.prefix
    ? keys(
        `INDEXED BY instances_by_id WHERE hub = ? AND status IN (${statuses.map(() => '?').join(', ')})`,
        ...statuses,
      )
    : statuses.flatMap((status) => keys('WHERE hub = ? AND status = ?', status))
  return found
    .toSorted((a, b) => (newestFirst ? b - a : a - b))
    .slice(0, limit)
    .map((key) => store.instanceAt(key))
    .filter((instance) => instance !== undefined)
}

type Condition = readonly [sql: string, ...values: SQLInputValue[]]

function conditionsOf(listing: Listing): Condition[] {
  const { after, newestFirst, createdFrom, createdTo, completedFrom, completedTo, prefix } = listing
  const conditions: Condition[] = []
  if (after !== undefined) conditions.push([newestFirst ? 'key < ?' : 'key > ?', after])
  if (createdFrom !== undefined) conditions.push(['created_at >= ?', createdFrom])
  if (createdTo !== undefined) conditions.push(['created_at <= ?', createdTo])
  if (completedFrom !== undefined) conditions.push(['completed_at >= ?', completedFrom])
  if (completedTo !== undefined) conditions.push(['completed_at <= ?', completedTo])
  if (prefix) conditions.push(['id >= ? AND id < ?', prefix, `${prefix}\u{10FFFF}`])
  return conditions
}

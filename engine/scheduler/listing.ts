import type { SQLInputValue } from 'node:sqlite'
import type { Instant } from '../clock.ts'
import { integerIn } from './columns.ts'
import type { Instance, Status } from './instance.ts'
import type { TaskHub } from './task-hub.ts'

/** A place in a listing: listings are in order of creation, and of keys where that is the same. */
export type Place = Pick<Instance, 'createdAt' | 'key'>

/** A place as callers keep it, to be given the next page. */
export function tokenOf({ createdAt, key }: Place): string {
  return `${createdAt}.${key}`
}

/** The place that a caller has kept; none where the text is no such thing. */
export function placeIn(token: string): Place | undefined {
  const [createdAt = NaN, key = NaN] = token.split('.').map(Number)
  return Number.isSafeInteger(createdAt) && Number.isSafeInteger(key) ? { createdAt, key } : undefined
}

/** Which instances of a hub are wanted. */
export interface Listing {
  /** Absent or empty: all. */
  readonly statuses?: readonly Status[]
  readonly createdFrom?: Instant
  readonly createdTo?: Instant
  readonly completedFrom?: Instant
  readonly completedTo?: Instant
  readonly prefix?: string
  /** Where the page before ended. */
  readonly after?: Place
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
  const direction = newestFirst ? 'DESC' : 'ASC'
  const places = (where: string, ...bound: SQLInputValue[]): Place[] =>
    store.instances
      .select(
        `SELECT key, created_at FROM instances ${where}${rest} ORDER BY created_at ${direction}, key ${direction} LIMIT ?`,
        hub.name,
        ...bound,
        ...values,
        limit,
      )
      .map((row) => ({ createdAt: integerIn(row, 'created_at'), key: integerIn(row, 'key') }))
  // A prefix leads to few. Without one it is one walk per status, and each stops early, however many there are of others.
  const found = listing.prefix
    ? places(
        `INDEXED BY instances_by_id WHERE hub = ? AND status IN (${statuses.map(() => '?').join(', ')})`,
        ...statuses,
      )
    : statuses.flatMap((status) => places('WHERE hub = ? AND status = ?', status))
  return found
    .toSorted((a, b) => (newestFirst ? compare(b, a) : compare(a, b)))
    .slice(0, limit)
    .map(({ key }) => store.instances.at(key))
    .filter((instance) => instance !== undefined)
}

function compare(a: Place, b: Place): number {
  return a.createdAt - b.createdAt || a.key - b.key
}

type Condition = readonly [sql: string, ...values: SQLInputValue[]]

function conditionsOf(listing: Listing): Condition[] {
  const { after, newestFirst, createdFrom, createdTo, completedFrom, completedTo, prefix } = listing
  const conditions: Condition[] = []
  if (after)
    conditions.push([`(created_at, key) ${newestFirst ? '<' : '>'} (?, ?)`, after.createdAt, after.key])
  if (createdFrom !== undefined) conditions.push(['created_at >= ?', createdFrom])
  if (createdTo !== undefined) conditions.push(['created_at <= ?', createdTo])
  if (completedFrom !== undefined) conditions.push(['completed_at >= ?', completedFrom])
  if (completedTo !== undefined) conditions.push(['completed_at <= ?', completedTo])
  if (prefix) conditions.push(['id >= ? AND id < ?', prefix, `${prefix}\u{10FFFF}`])
  return conditions
}

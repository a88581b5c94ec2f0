import type { SQLInputValue } from 'node:sqlite'
import type { Instant } from '../clock.ts'
import { bytesIn, optionalBytesIn, optionalIntegerIn, optionalTextIn, type Row, textIn } from './columns.ts'
import { eventsIn, latestOf } from './event-reader.ts'
import type { Instance, Payloads } from './instance.ts'
import { instanceFrom, instanceInsertion, instanceValues } from './instance-row.ts'
import { ofInstance } from './leftovers.ts'
import { present } from '../present.ts'
import type { Statements } from './statements.ts'

/**
 * The instances of the file. A turn that changes nothing of an instance but how many it has taken, and when, is in the
 * history alone. Most instances take their first turn in the very transaction that they are made in: what is added is
 * written when the transaction ends, or when somebody looks.
 */
export class Instances {
  readonly #file: Pick<Statements, 'rows' | 'run'>
  /** By key. */
  readonly #unwritten = new Map<number, { readonly instance: Instance; readonly payloads: Payloads }>()

  constructor(file: Pick<Statements, 'rows' | 'run'>) {
    this.#file = file
  }

  add(instance: Instance): void {
    this.#unwritten.set(instance.key, { instance, payloads: {} })
  }

  /** Keeps how `instance` is now, which `was` before, with the payloads that changed. */
  save(instance: Instance, was: Instance, changed: Payloads = {}): void {
    const added = this.#unwritten.get(instance.key)
    if (added) this.#unwritten.set(instance.key, { instance, payloads: { ...added.payloads, ...changed } })
    else if (isFurther(instance, was) && changed.output === undefined && changed.failure === undefined)
      this.#saveTurn(instance, was, changed)
    else this.#saveWhole(instance, changed)
  }

  #saveTurn(instance: Instance, was: Instance, { customStatus }: Payloads): void {
    const { key, updatedAt } = instance
    if (instance.isCalling !== was.isCalling)
      this.#file.run('UPDATE instances SET calling = ? WHERE key = ?', instance.isCalling ? 1 : 0, key)
    if (customStatus !== undefined)
      this.#file.run(
        'UPDATE instances SET custom_status = ?, updated_at = ? WHERE key = ?',
        customStatus,
        updatedAt,
        key,
      )
  }

  #saveWhole(instance: Instance, { customStatus, output, failure }: Payloads): void {
    this.#file.run(
      `UPDATE instances SET status = ?, generation = ?, turns = ?, calling = ?, version = ?, updated_at = ?, completed_at = ?,
         parent_generation = ?, suspension = ?, trace = ?, custom_status = coalesce(?, custom_status),
         output = coalesce(?, output), failure = coalesce(?, failure)
       WHERE key = ?`,
      instance.status,
      instance.generation,
      instance.turns,
      instance.isCalling ? 1 : 0,
      instance.version ?? null,
      instance.updatedAt,
      instance.completedAt ?? null,
      instance.parent?.generation ?? null,
      instance.suspension ?? null,
      instance.trace ?? null,
      customStatus ?? null,
      output ?? null,
      failure ?? null,
      instance.key,
    )
  }

  /** An instance that had ended has not. */
  clearEnd(key: number): void {
    this.write()
    this.#file.run('UPDATE instances SET output = NULL, failure = NULL WHERE key = ?', key)
  }

  remove(key: number): void {
    if (!this.#unwritten.delete(key)) this.#file.run('DELETE FROM instances WHERE key = ?', key)
  }

  /** Writes what was added; part of the transaction. */
  write(): void {
    if (this.#unwritten.size === 0) return
    for (const { instance, payloads } of this.#unwritten.values())
      this.#file.run(instanceInsertion, ...instanceValues(instance, payloads))
    this.#unwritten.clear()
  }

  /** Forgets what was added; the transaction has failed. */
  forget(): void {
    this.#unwritten.clear()
  }

  /** An instance by its id. One that is not written yet is in memory, and nobody looks here for it. */
  find(hub: string, id: string): Instance | undefined {
    return this.#read(queries.byId, hub, id)[0]
  }

  at(key: number): Instance | undefined {
    return this.#read(queries.byKey, key)[0]
  }

  childrenOf({ hub, id }: Instance): Instance[] {
    this.write()
    return this.#read(queries.byParent, hub, id)
  }

  /** Those whose history may ask for activities that have given no result, oldest first. */
  calling(): Instance[] {
    return this.#read(queries.calling)
  }

  /** Instances of all hubs that ended at `before` or earlier, at most `limit`. */
  endedBefore(before: Instant, limit: number): { readonly hub: string; readonly id: string }[] {
    return this.#file
      .rows(queries.endedBefore, before, before, limit)
      .map((row) => ({ hub: textIn(row, 'hub'), id: textIn(row, 'id') }))
  }

  /** The rows of a query that a listing has put together. */
  select(sql: string, ...values: SQLInputValue[]): Row[] {
    this.write()
    return this.#file.rows(sql, ...values)
  }

  /** What an instance has brought out so far. */
  payloads(key: number): Payloads {
    const [row] = this.select('SELECT custom_status, output, failure FROM instances WHERE key = ?', key)
    if (!row) return {}
    return present({
      customStatus: optionalTextIn(row, 'custom_status'),
      output: optionalTextIn(row, 'output'),
      failure: optionalBytesIn(row, 'failure'),
    })
  }

  #read(query: string, ...values: SQLInputValue[]): Instance[] {
    return this.#file.rows(query, ...values).map((row) => this.#brought(row))
  }

  /** The instance of a row, as its last turn has left it. */
  #brought(row: Row): Instance {
    const instance = instanceFrom(row)
    const last = optionalIntegerIn(row, 'last_turn')
    if (last === undefined || last < instance.turns) return instance
    const [turn] = this.#file.rows(lastTurn, instance.key, instance.key)
    const latest = (turn && latestOf(eventsIn(bytesIn(turn, 'events')))) ?? 0
    return { ...instance, turns: last + 1, updatedAt: Math.max(instance.updatedAt, latest) }
  }
}

/** Whether nothing but a turn lies between the two: the history says so. */
function isFurther(instance: Instance, was: Instance): boolean {
  return (
    instance.status === was.status &&
    instance.generation === was.generation &&
    instance.version === was.version &&
    instance.parent?.generation === was.parent?.generation &&
    instance.suspension === was.suspension &&
    instance.trace === was.trace
  )
}

const lastTurn = `SELECT events FROM history WHERE ${ofInstance} ORDER BY id DESC LIMIT 1`

/** The hubs of the file, each found with one step in an index. */
const hubs = `
  WITH RECURSIVE hubs (hub) AS (
    SELECT min(hub) FROM instances
    UNION ALL
    SELECT (SELECT min(hub) FROM instances WHERE hub > hubs.hub) FROM hubs WHERE hubs.hub IS NOT NULL
  )`

const queries = {
  byId: selecting('hub = ? AND id = ?'),
  byKey: selecting('key = ?'),
  byParent: selecting('hub = ? AND parent_id = ?'),
  calling: `${hubs} ${selecting(`
    hub IN (SELECT hub FROM hubs) AND status IN ('pending', 'running', 'suspended') AND calling = 1 ORDER BY key`)}`,
  // What ended by then was made by then.
  endedBefore: `${hubs}
    SELECT hub, id FROM instances INDEXED BY instances_by_status
    WHERE hub IN (SELECT hub FROM hubs) AND status IN ('completed', 'failed', 'canceled', 'terminated')
      AND created_at <= ? AND completed_at <= ? LIMIT ?`,
} as const

function selecting(where: string): string {
  return `
    SELECT *, (
      SELECT max(id) & 0xffffff FROM history
      WHERE id BETWEEN instances.key << 24 AND instances.key << 24 | 0xffffff
    ) AS last_turn
    FROM instances WHERE ${where}`
}

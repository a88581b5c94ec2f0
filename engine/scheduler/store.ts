import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Instant } from '../clock.ts'
import {
  bytesIn,
  integerIn,
  optionalBytesIn,
  optionalIntegerIn,
  optionalTextIn,
  type Row,
  textIn,
} from './columns.ts'
import { explained } from './database.ts'
import type { HistoryEvent } from './event.ts'
import type { Instance, Payloads } from './instance.ts'
import { instanceFrom, instanceValues } from './instance-row.ts'
import { Leftovers } from './leftovers.ts'
import { present } from './present.ts'
import type { Bytes } from './protobuf.ts'
import type { PlannedCall } from './turn.ts'

/** An event on its way into an instance. */
export interface Message {
  readonly key: number
  readonly seq: number
  /** The generation it is for; absent: whichever reads it. */
  readonly generation?: string
  readonly visibleAt?: Instant
  readonly event: HistoryEvent
}

/** An activity that was asked for and has given no result yet. */
export interface OpenCall extends PlannedCall {
  readonly key: number
  readonly seq: number
}

/**
 * The file of a scheduler. Its methods are the verbs of the hub; they run within {@link transaction}, which commits
 * all verbs of one moment together.
 */
export class Store {
  readonly #database: DatabaseSync
  readonly #checkFile: () => void
  readonly #statements = new Map<string, StatementSync>()
  readonly leftovers: Leftovers = new Leftovers({
    run: (...statement) => this.#run(...statement),
    rows: (...query) => this.#rows(...query),
  })
  #lastKey = 0
  #lastSeq = 0

  /** `checkFile` throws when what is written would be lost. */
  constructor(database: DatabaseSync, checkFile: () => void) {
    this.#database = database
    this.#checkFile = checkFile
    this.resume()
  }

  /** Counts on from what is in the file; whatever a transaction that failed had counted is forgotten. */
  resume(): void {
    this.#lastKey = Math.max(
      this.#number('SELECT max(key) AS n FROM instances'),
      this.#number('SELECT max(key) AS n FROM leftovers'),
    )
    this.#lastSeq = Math.max(
      this.#number('SELECT max(seq) AS n FROM inbox'),
      this.#number('SELECT max(seq) AS n FROM activities'),
    )
  }

  /** Commits what `verbs` does, or nothing of it. */
  transaction(verbs: () => void): void {
    this.#run('BEGIN IMMEDIATE')
    try {
      verbs()
      this.#checkFile()
      this.#run('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#run('ROLLBACK')
      throw error
    }
  }

  /** Throws unless the file can be written to. */
  probe(): void {
    this.transaction(() => {
      this.#run('CREATE TABLE IF NOT EXISTS probe (x)')
      this.#run('DROP TABLE probe')
    })
  }

  addInstance(instance: Omit<Instance, 'key'>, input: string | undefined): Instance {
    const added = { ...instance, key: ++this.#lastKey }
    const values = instanceValues(added)
    const columns = Object.keys(values)
    this.#run(
      `INSERT INTO instances (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      ...Object.values(values),
    )
    if (input !== undefined) this.setInput(added.key, input)
    return added
  }

  setInput(key: number, input: string): void {
    this.#run('INSERT OR REPLACE INTO inputs (key, input) VALUES (?, ?)', key, input)
  }

  /** Keeps how `instance` is now, with the payloads that changed. */
  saveInstance(instance: Instance, { customStatus, output, failure }: Payloads = {}): void {
    this.#run(
      `UPDATE instances SET status = ?, generation = ?, turns = ?, version = ?, updated_at = ?, completed_at = ?,
         parent_generation = ?, suspension = ?, trace = ?, custom_status = coalesce(?, custom_status),
         output = coalesce(?, output), failure = coalesce(?, failure)
       WHERE key = ?`,
      instance.status,
      instance.generation,
      instance.turns,
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
    this.#run('UPDATE instances SET output = NULL, failure = NULL WHERE key = ?', key)
  }

  /** Forgets an instance and everything that belongs to it. */
  removeInstance(key: number): void {
    this.#run('DELETE FROM instances WHERE key = ?', key)
    this.#run('DELETE FROM inputs WHERE key = ?', key)
    this.leftovers.removeHistory(key)
    this.removeMessages(key)
    this.removeCalls(key)
  }

  addTurn(key: number, turn: number, events: Bytes): void {
    this.#run('INSERT INTO history (key, turn, events) VALUES (?, ?, ?)', key, turn, events)
  }

  removeHistory(key: number): void {
    this.#run('DELETE FROM history WHERE key = ?', key)
  }

  addMessage(message: Omit<Message, 'seq'>): Message {
    const added = { ...message, seq: ++this.#lastSeq }
    this.#run(
      'INSERT INTO inbox (key, seq, generation, visible_at, event) VALUES (?, ?, ?, ?, ?)',
      added.key,
      added.seq,
      added.generation ?? null,
      added.visibleAt ?? null,
      added.event,
    )
    return added
  }

  removeMessage({ key, seq }: Message): void {
    this.#run('DELETE FROM inbox WHERE key = ? AND seq = ?', key, seq)
  }

  removeMessages(key: number): void {
    this.#run('DELETE FROM inbox WHERE key = ?', key)
  }

  addCall(key: number, call: PlannedCall): OpenCall {
    const added = { ...call, key, seq: ++this.#lastSeq }
    this.#run(
      'INSERT INTO activities (key, seq, generation, action, name, version, request) VALUES (?, ?, ?, ?, ?, ?, ?)',
      key,
      added.seq,
      call.generation,
      call.id,
      call.name,
      call.version ?? null,
      call.request,
    )
    return added
  }

  removeCall({ key, seq }: OpenCall): void {
    this.#run('DELETE FROM activities WHERE key = ? AND seq = ?', key, seq)
  }

  removeCalls(key: number): void {
    this.#run('DELETE FROM activities WHERE key = ?', key)
  }

  instance(hub: string, id: string): Instance | undefined {
    const row = this.#row('SELECT * FROM instances WHERE hub = ? AND id = ?', hub, id)
    return row && instanceFrom(row)
  }

  instanceAt(key: number): Instance | undefined {
    const row = this.#row('SELECT * FROM instances WHERE key = ?', key)
    return row && instanceFrom(row)
  }

  payloads(key: number): Payloads {
    const row = this.#row(
      `SELECT input, custom_status, output, failure
       FROM instances LEFT JOIN inputs ON inputs.key = instances.key WHERE instances.key = ?`,
      key,
    )
    if (!row) return {}
    return present({
      input: optionalTextIn(row, 'input'),
      customStatus: optionalTextIn(row, 'custom_status'),
      output: optionalTextIn(row, 'output'),
      failure: optionalBytesIn(row, 'failure'),
    })
  }

  childrenOf({ hub, id }: Instance): Instance[] {
    return this.#rows('SELECT * FROM instances WHERE hub = ? AND parent_id = ?', hub, id).map(instanceFrom)
  }

  /** The turns of an instance's generation, oldest first. */
  history(key: number): Bytes[] {
    return this.#rows('SELECT events FROM history WHERE key = ? ORDER BY turn', key).map((row) =>
      bytesIn(row, 'events'),
    )
  }

  message(key: number, seq: number): Message | undefined {
    const row = this.#row('SELECT * FROM inbox WHERE key = ? AND seq = ?', key, seq)
    return row && messageFrom(row)
  }

  /** The messages of the file that may be read now, oldest first. */
  visibleMessages(now: Instant): Message[] {
    return this.#rows(
      'SELECT * FROM inbox WHERE visible_at IS NULL OR visible_at <= ? ORDER BY seq',
      now,
    ).map(messageFrom)
  }

  /** Where the messages of the file are that may be read later. */
  laterMessages(now: Instant): { readonly key: number; readonly seq: number; readonly visibleAt: Instant }[] {
    return this.#rows('SELECT key, seq, visible_at FROM inbox WHERE visible_at > ?', now).map((row) => ({
      key: integerIn(row, 'key'),
      seq: integerIn(row, 'seq'),
      visibleAt: integerIn(row, 'visible_at'),
    }))
  }

  /** The open calls of the file, oldest first. */
  openCalls(): OpenCall[] {
    return this.#rows('SELECT * FROM activities ORDER BY seq').map((row) =>
      present({
        key: integerIn(row, 'key'),
        seq: integerIn(row, 'seq'),
        generation: textIn(row, 'generation'),
        id: integerIn(row, 'action'),
        name: textIn(row, 'name'),
        version: optionalTextIn(row, 'version'),
        request: bytesIn(row, 'request'),
      }),
    )
  }

  /** The rows of a query that a listing has put together. */
  select(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#rows(sql, ...values)
  }

  /** Instances of all hubs that ended at `before` or earlier, at most `limit`. */
  endedBefore(before: Instant, limit: number): { readonly hub: string; readonly id: string }[] {
    const old = this.#rows('SELECT hub, id FROM instances WHERE completed_at <= ? LIMIT ?', before, limit)
    return old.map((row) => ({ hub: textIn(row, 'hub'), id: textIn(row, 'id') }))
  }

  get database(): DatabaseSync {
    return this.#database
  }

  close(): void {
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#with(sql, (statement) => statement.run(...values))
  }

  #row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#with(sql, (statement) => statement.get(...values))
  }

  #rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#with(sql, (statement) => statement.all(...values))
  }

  /** What is wrong with a file may show late, and in any statement. */
  #with<T>(sql: string, use: (statement: StatementSync) => T): T {
    try {
      return use(this.#prepared(sql))
    } catch (error) {
      throw explained(error, this.#database.location() ?? ':memory:')
    }
  }

  #number(sql: string): number {
    return Number(this.#row(sql)?.['n'] ?? 0)
  }
}

function messageFrom(row: Row): Message {
  return present({
    key: integerIn(row, 'key'),
    seq: integerIn(row, 'seq'),
    generation: optionalTextIn(row, 'generation'),
    visibleAt: optionalIntegerIn(row, 'visible_at'),
    event: bytesIn(row, 'event'),
  })
}

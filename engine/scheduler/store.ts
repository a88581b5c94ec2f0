import type { DatabaseSync } from 'node:sqlite'
import { bytesIn, integerIn, textIn } from './columns.ts'
import { activityRequest } from './event.ts'
import { eventsIn, inputAmong } from './event-reader.ts'
import { Inbox, type Message } from './inbox.ts'
import type { Instance, Payloads } from './instance.ts'
import { Instances } from './instances.ts'
import { historyRemoval, Leftovers, ofInstance } from './leftovers.ts'
import { plannedBy, plannedIn } from './message.ts'
import { openCallsAmong } from './open-calls.ts'
import { present } from '../present.ts'
import type { Bytes } from './protobuf.ts'
import { Statements } from './statements.ts'
import type { PlannedCall } from './turn.ts'

/** An activity that was asked for and has given no result yet. */
export interface OpenCall extends PlannedCall {
  readonly key: number
  /** Of its row, which it has where its instance is not in its generation any more. */
  readonly seq?: number
}

/**
 * The file of a scheduler. Its methods are the verbs of the hub; they run between {@link begin} and {@link commit},
 * which puts all verbs of one moment on disk together.
 */
export class Store {
  readonly #database: DatabaseSync
  readonly #checkFile: (must?: boolean) => void
  readonly #statements: Statements
  readonly instances: Instances
  readonly inbox: Inbox
  readonly leftovers: Leftovers
  #lastKey = 0
  #lastSeq = 0

  /** `checkFile` throws when what is written would be lost. */
  constructor(database: DatabaseSync, checkFile: (must?: boolean) => void) {
    this.#database = database
    this.#checkFile = checkFile
    this.#statements = new Statements(database)
    this.instances = new Instances(this.#statements)
    this.inbox = new Inbox(this.#statements)
    this.leftovers = new Leftovers(this.#statements)
    this.resume()
  }

  /** Counts on from what is in the file; whatever a transaction that failed had counted is forgotten. */
  resume(): void {
    this.#lastKey = Math.max(
      this.#statements.number('SELECT max(key) AS n FROM instances'),
      this.#statements.number('SELECT max(key) AS n FROM leftovers'),
    )
    this.#lastSeq = Math.max(
      this.#statements.number('SELECT max(seq) AS n FROM inbox'),
      this.#statements.number('SELECT max(seq) AS n FROM activities'),
    )
  }

  begin(): void {
    this.#statements.begin()
  }

  /** Puts on disk everything since {@link begin}; after an error nothing of it is, once that is rolled back. */
  commit(): void {
    this.instances.write()
    this.inbox.write()
    this.#checkFile()
    this.#statements.commit()
  }

  rollBack(): void {
    this.instances.forget()
    this.inbox.forget()
    this.#statements.rollBack()
  }

  /** Throws unless the file can be written to. */
  probe(): void {
    this.#checkFile(true)
    this.begin()
    try {
      this.#statements.run('CREATE TABLE IF NOT EXISTS probe (x)')
      this.#statements.run('DROP TABLE probe')
      this.commit()
    } finally {
      this.rollBack()
    }
  }

  addInstance(instance: Omit<Instance, 'key'>): Instance {
    const added = { ...instance, key: ++this.#lastKey }
    this.instances.add(added)
    return added
  }

  /** Keeps the input of an instance that will not be told of it. */
  keepInput(key: number): void {
    const input = this.#inputOf(key)
    if (input !== undefined)
      this.#statements.run('INSERT OR REPLACE INTO inputs (key, input) VALUES (?, ?)', key, input)
  }

  /** Forgets an instance and everything that belongs to it. */
  removeInstance(key: number): void {
    this.instances.remove(key)
    this.#statements.run('DELETE FROM inputs WHERE key = ?', key)
    this.leftovers.removeHistory(key)
    this.inbox.removeAll(key)
    this.removeCalls(key)
  }

  addTurn(key: number, turn: number, events: Bytes): void {
    this.#statements.run('INSERT INTO history (id, events) VALUES (? << 24 | ?, ?)', key, turn, events)
  }

  removeHistory(key: number): void {
    this.#statements.run(historyRemoval, key, key)
  }

  addMessage(message: Omit<Message, 'seq'>): Message {
    const added = { ...message, seq: ++this.#lastSeq }
    this.inbox.add(added)
    return added
  }

  /** Keeps a call that outlives the generation it was asked for in. */
  keepCall(call: OpenCall): OpenCall {
    const added = { ...call, seq: ++this.#lastSeq }
    this.#statements.run(
      'INSERT INTO activities (key, seq, generation, action, name, version, request) VALUES (?, ?, ?, ?, ?, ?, ?)',
      added.key,
      added.seq,
      call.generation,
      call.id,
      call.call.name,
      call.call.version ?? null,
      activityRequest(call),
    )
    return added
  }

  removeCall({ key, seq }: OpenCall): void {
    if (seq === undefined) return
    this.#statements.run('DELETE FROM activities WHERE key = ? AND seq = ?', key, seq)
  }

  removeCalls(key: number): void {
    this.#statements.run('DELETE FROM activities WHERE key = ?', key)
  }

  payloads(key: number): Payloads {
    return present({ ...this.instances.payloads(key), input: this.#inputOf(key) })
  }

  #inputOf(key: number): string | undefined {
    const first = this.#statements.row('SELECT events FROM history WHERE id = ? << 24', key)
    const told = first ? inputAmong(eventsIn(bytesIn(first, 'events'))) : undefined
    const start = told ?? inputAmong(this.inbox.of(key))
    if (start) return start.input
    const row = this.#statements.row('SELECT input FROM inputs WHERE key = ?', key)
    return row && textIn(row, 'input')
  }

  /** The turns of an instance's generation, oldest first. */
  history(key: number): Bytes[] {
    return this.#statements.rows(wholeHistory, key, key).map((row) => bytesIn(row, 'events'))
  }

  /** The open calls of the file. */
  openCalls(): OpenCall[] {
    const kept = this.#statements.rows('SELECT * FROM activities ORDER BY seq').map((row) => ({
      key: integerIn(row, 'key'),
      seq: integerIn(row, 'seq'),
      ...plannedIn(bytesIn(row, 'request')),
    }))
    return [...kept, ...this.instances.calling().flatMap((instance) => this.#callsOf(instance))]
  }

  #callsOf(instance: Instance): OpenCall[] {
    const { key, generation } = instance
    const told = this.history(key).flatMap(eventsIn)
    return openCallsAmong([...told, ...this.inbox.of(key, generation)]).map((event) => ({
      key,
      ...plannedBy(event, instance),
    }))
  }

  get database(): DatabaseSync {
    return this.#database
  }

  close(): void {
    this.#database.close()
  }
}

const wholeHistory = `SELECT events FROM history WHERE ${ofInstance} ORDER BY id`

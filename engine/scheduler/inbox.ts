import type { Instant } from '../clock.ts'
import { bytesIn, integerIn, optionalIntegerIn, optionalTextIn, type Row } from './columns.ts'
import type { HistoryEvent } from './event.ts'
import { present } from '../present.ts'
import type { Bytes } from './protobuf.ts'
import type { Statements } from './statements.ts'

/** An event on its way into an instance. */
export interface Message {
  readonly key: number
  readonly seq: number
  /** The generation it is for; absent: whichever reads it. */
  readonly generation?: string | undefined
  readonly visibleAt?: Instant | undefined
  readonly event: HistoryEvent
}

/**
 * The messages of the file. Most are told to their instance in the very transaction that they came in, and leave no
 * trace here: what is added is written when the transaction ends.
 */
export class Inbox {
  readonly #statements: Statements
  /** By `seq`. */
  readonly #unwritten = new Map<number, Message>()
  /** Whether the file has none, as it has most of the time; absent: nobody has looked. */
  #isEmpty: boolean | undefined

  constructor(statements: Statements) {
    this.#statements = statements
  }

  add(message: Message): void {
    this.#unwritten.set(message.seq, message)
  }

  remove({ key, seq }: Message): void {
    if (!this.#unwritten.delete(seq))
      this.#statements.run('DELETE FROM inbox WHERE key = ? AND seq = ?', key, seq)
  }

  /** Removes every message of an instance. */
  removeAll(key: number): void {
    for (const message of this.#unwritten.values())
      if (message.key === key) this.#unwritten.delete(message.seq)
    this.#isEmpty ??= this.#statements.row('SELECT 1 FROM inbox LIMIT 1') === undefined
    if (this.#isEmpty) return
    this.#statements.run('DELETE FROM inbox WHERE key = ?', key)
    this.#isEmpty = undefined
  }

  /** Writes what was added; part of the transaction. */
  write(): void {
    if (this.#unwritten.size > 0) this.#isEmpty = false
    for (const { key, seq, generation, visibleAt, event } of this.#unwritten.values())
      this.#statements.run(
        'INSERT INTO inbox (key, seq, generation, visible_at, event) VALUES (?, ?, ?, ?, ?)',
        key,
        seq,
        generation ?? null,
        visibleAt ?? null,
        event,
      )
    this.#unwritten.clear()
  }

  /** Forgets what was added; the transaction has failed. */
  forget(): void {
    this.#unwritten.clear()
    this.#isEmpty = undefined
  }

  /** A message that is on disk. */
  at(key: number, seq: number): Message | undefined {
    const row = this.#statements.row('SELECT * FROM inbox WHERE key = ? AND seq = ?', key, seq)
    return row && messageFrom(row)
  }

  /** What an instance has not been told yet, in this generation only if one is given. */
  of(key: number, generation?: string): HistoryEvent[] {
    const written = this.#statements.rows('SELECT * FROM inbox WHERE key = ?', key).map(messageFrom)
    return [...written, ...this.#unwritten.values()]
      .filter((message) => message.key === key && (generation ?? message.generation) === message.generation)
      .map(({ event }) => event)
  }

  /** The messages that may be read now, oldest first. */
  visible(now: Instant): Message[] {
    return this.#statements
      .rows('SELECT * FROM inbox WHERE visible_at IS NULL OR visible_at <= ? ORDER BY seq', now)
      .map(messageFrom)
  }

  /** Where the messages are that may be read later. */
  later(now: Instant): { readonly key: number; readonly seq: number; readonly visibleAt: Instant }[] {
    return this.#statements
      .rows('SELECT key, seq, visible_at FROM inbox WHERE visible_at > ?', now)
      .map((row) => ({
        key: integerIn(row, 'key'),
        seq: integerIn(row, 'seq'),
        visibleAt: integerIn(row, 'visible_at'),
      }))
  }
}

function messageFrom(row: Row): Message {
  return present({
    key: integerIn(row, 'key'),
    seq: integerIn(row, 'seq'),
    generation: optionalTextIn(row, 'generation'),
    visibleAt: optionalIntegerIn(row, 'visible_at'),
    event: bytesIn(row, 'event') satisfies Bytes,
  })
}

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Row } from './columns.ts'
import { explained } from './database.ts'

/**
 * The statements of a database, each prepared once. What is wrong with a file may show late, and in any of them.
 *
 * A transaction of one statement needs no `BEGIN` and no `COMMIT`, and most are: the first change waits for whatever comes
 * next.
 */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  /** Whether {@link begin} was called, and nothing done since but what is held. */
  #isDue = false
  #held: { readonly sql: string; readonly values: SQLInputValue[] } | undefined

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  begin(): void {
    this.#isDue = true
  }

  /** Puts on disk what was done since {@link begin}. */
  commit(): void {
    if (!this.#isDue) return this.#execute('COMMIT')
    this.#isDue = false
    this.#doHeld()
  }

  rollBack(): void {
    this.#isDue = false
    this.#held = undefined
    if (this.#database.isTransaction) this.#execute('ROLLBACK')
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    if (this.#isDue && !this.#held) {
      this.#held = { sql, values }
      return
    }
    this.#open()
    this.#execute(sql, ...values)
  }

  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    if (this.#held) this.#open()
    return this.#with(sql, (statement) => statement.get(...values))
  }

  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    if (this.#held) this.#open()
    return this.#with(sql, (statement) => statement.all(...values))
  }

  /** The number that a query calls `n`; 0 where there is none. */
  number(sql: string): number {
    return Number(this.row(sql)?.['n'] ?? 0)
  }

  #open(): void {
    if (!this.#isDue) return
    this.#isDue = false
    this.#execute('BEGIN IMMEDIATE')
    this.#doHeld()
  }

  #doHeld(): void {
    const held = this.#held
    this.#held = undefined
    if (held) this.#execute(held.sql, ...held.values)
  }

  #execute(sql: string, ...values: SQLInputValue[]): void {
    this.#with(sql, (statement) => statement.run(...values))
  }

  #with<T>(sql: string, use: (statement: StatementSync) => T): T {
    try {
      return use(this.#preparedFor(sql))
    } catch (error) {
      throw explained(error, this.#database.location() ?? ':memory:')
    }
  }

  #preparedFor(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Row } from './columns.ts'
import { explained } from './database.ts'

/** The statements of a database, each prepared once. What is wrong with a file may show late, and in any of them. */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#with(sql, (statement) => statement.run(...values))
  }

  row(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#with(sql, (statement) => statement.get(...values))
  }

  rows(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#with(sql, (statement) => statement.all(...values))
  }

  /** The number that a query calls `n`; 0 where there is none. */
  number(sql: string): number {
    return Number(this.row(sql)?.['n'] ?? 0)
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

import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * What the machine allows: no engine at all, only the commits that durability asks for, on SQLite with
 * `synchronous=FULL`. All that comes in one turn of the event loop shares one commit.
 */
export class Floor {
  readonly #db: DatabaseSync
  readonly #insertRun: StatementSync
  readonly #insertStep: StatementSync
  readonly #endRun: StatementSync
  #waiting: { readonly write: () => void; readonly done: () => void }[] = []
  #runs = 0

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, 'floor.db'))
    this.#db.exec(`
      PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE run (id INTEGER PRIMARY KEY, input TEXT, output TEXT) STRICT;
      CREATE TABLE step (run INTEGER, at INTEGER, output TEXT, PRIMARY KEY (run, at)) STRICT, WITHOUT ROWID;
    `)
    this.#insertRun = this.#db.prepare('INSERT INTO run VALUES (?, ?, NULL)')
    this.#insertStep = this.#db.prepare('INSERT INTO step VALUES (?, ?, ?)')
    this.#endRun = this.#db.prepare('UPDATE run SET output = ? WHERE id = ?')
  }

  /** A run of `n` steps, one after the other. */
  async sequence(n: number): Promise<void> {
    const run = await this.#begin(n)
    for (let at = 0; at < n; at += 1)
      await this.#write(() => this.#insertStep.run(run, at, JSON.stringify(at)))
    await this.#write(() => this.#endRun.run('0', run))
  }

  /** A run of `n` steps at once. */
  async fan(n: number): Promise<void> {
    const run = await this.#begin(n)
    const steps = Array.from({ length: n }, (_, at) =>
      this.#write(() => this.#insertStep.run(run, at, JSON.stringify(at))),
    )
    await Promise.all(steps)
    await this.#write(() => this.#endRun.run('0', run))
  }

  close(): void {
    this.#db.close()
  }

  async #begin(input: number): Promise<number> {
    const run = (this.#runs += 1)
    await this.#write(() => this.#insertRun.run(run, JSON.stringify(input)))
    return run
  }

  #write(write: () => void): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ write, done })
      if (this.#waiting.length === 1) setImmediate(() => this.#commit())
    })
  }

  #commit(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#db.exec('BEGIN IMMEDIATE')
    for (const { write } of waiting) write()
    this.#db.exec('COMMIT')
    for (const { done } of waiting) done()
  }
}

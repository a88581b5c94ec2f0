import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Contestant } from './contestant.ts'

/**
 * What the machine allows: no engine at all, only the commits that durability asks for, on SQLite with
 * `synchronous=FULL`. All that comes in one turn of the event loop shares one commit.
 */
export class Floor implements Contestant {
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

  async sequence(steps: number, from: number): Promise<number> {
    const run = await this.#begin(from)
    for (let at = 0; at < steps; at += 1)
      await this.#write(() => this.#insertStep.run(run, at, JSON.stringify(from + at + 1)))
    return this.#end(run, from + steps)
  }

  loop(passes: number): Promise<number> {
    return this.sequence(passes, 0)
  }

  async fan(steps: number): Promise<number> {
    const run = await this.#begin(steps)
    const all = Array.from({ length: steps }, (_, at) =>
      this.#write(() => this.#insertStep.run(run, at, JSON.stringify(at + 1))),
    )
    await Promise.all(all)
    return this.#end(run, steps)
  }

  async items(items: number, atOnce: number): Promise<number> {
    const run = await this.#begin(items)
    await atMost(atOnce, items, (at) => this.sequence(1, at))
    return this.#end(run, items)
  }

  async stop(): Promise<void> {
    this.#db.close()
  }

  async #begin(input: number): Promise<number> {
    const run = (this.#runs += 1)
    await this.#write(() => this.#insertRun.run(run, JSON.stringify(input)))
    return run
  }

  async #end(run: number, output: number): Promise<number> {
    await this.#write(() => this.#endRun.run(JSON.stringify(output), run))
    return output
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

/** Does `work` for 0 … `total` - 1, `most` at a time. */
export async function atMost(
  most: number,
  total: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < total; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: Math.min(most, total) }, lane))
}

import { integerIn } from './columns.ts'
import type { Statements } from './statements.ts'

/** The rows of history of one instance, whose key is bound twice. */
export const ofInstance = 'id BETWEEN ? << 24 AND ? << 24 | 0xffffff'

/** Removes the history of an instance, whose key is bound twice. */
export const historyRemoval: string = `DELETE FROM history WHERE ${ofInstance}`

/** A history of so many turns and bytes is removed in a millisecond or two. */
const quick = { turns: 64, bytes: 512 * 1024 } as const

/**
 * Histories of instances that were removed. A short one goes at once. A long one would keep others waiting: it is noted,
 * and goes later, a little at a time; should the process end meanwhile, the note is still there.
 */
export class Leftovers {
  readonly #file: Pick<Statements, 'run' | 'rows'>
  #mayExist: boolean | undefined

  constructor(file: Pick<Statements, 'run' | 'rows'>) {
    this.#file = file
  }

  /** Whether there may be something to {@link clear}. */
  get mayExist(): boolean {
    this.#mayExist ??= this.#keys().length > 0
    return this.#mayExist
  }

  /** Removes the history of an instance, now or soon. */
  removeHistory(key: number): void {
    const turns = this.#file.rows(
      `SELECT length(events) AS bytes FROM history WHERE ${ofInstance} LIMIT ?`,
      key,
      key,
      quick.turns + 1,
    )
    const bytes = turns.reduce((sum, turn) => sum + integerIn(turn, 'bytes'), 0)
    if (turns.length <= quick.turns && bytes <= quick.bytes) return this.#file.run(historyRemoval, key, key)
    this.#file.run('INSERT INTO leftovers (key) VALUES (?)', key)
    this.#mayExist = true
  }

  /** Removes what is left, turn by turn, until nothing is or `isTimeUp` says so; tells whether there is more. */
  clear(isTimeUp: () => boolean): boolean {
    for (const key of this.#keys()) {
      while (this.#removeTurn(key)) if (isTimeUp()) return true
      this.#file.run('DELETE FROM leftovers WHERE key = ?', key)
      if (isTimeUp()) return true
    }
    this.#mayExist = false
    return false
  }

  #keys(): number[] {
    return this.#file.rows('SELECT key FROM leftovers').map((row) => integerIn(row, 'key'))
  }

  #removeTurn(key: number): boolean {
    const [last] = this.#file.rows(
      `SELECT turn FROM history WHERE ${ofInstance} ORDER BY id DESC LIMIT 1`,
      key,
      key,
    )
    if (last) this.#file.run('DELETE FROM history WHERE id = ? << 24 | ?', key, integerIn(last, 'turn'))
    return last !== undefined
  }
}

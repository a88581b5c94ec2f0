import type { SQLInputValue } from 'node:sqlite'
import { bytesIn, optionalIntegerIn, type Row } from './columns.ts'
import { eventsIn, latestOf } from './event.ts'
import type { Instance } from './instance.ts'
import { instanceFrom } from './instance-row.ts'
import { ofInstance } from './leftovers.ts'
import type { Statements } from './statements.ts'

/**
 * The instances of the file. A turn that changes nothing of an instance but how many it has taken, and when, is in the
 * history alone.
 */
export class Instances {
  readonly #file: Pick<Statements, 'rows'>

  constructor(file: Pick<Statements, 'rows'>) {
    this.#file = file
  }

  find(hub: string, id: string): Instance | undefined {
    return this.#read(queries.byId, hub, id)[0]
  }

  at(key: number): Instance | undefined {
    return this.#read(queries.byKey, key)[0]
  }

  childrenOf({ hub, id }: Instance): Instance[] {
    return this.#read(queries.byParent, hub, id)
  }

  /** Those whose history may ask for activities that have given no result, oldest first. */
  calling(): Instance[] {
    return this.#read(queries.calling)
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

const lastTurn = `SELECT events FROM history WHERE ${ofInstance} ORDER BY id DESC LIMIT 1`

const queries = {
  byId: selecting('hub = ? AND id = ?'),
  byKey: selecting('key = ?'),
  byParent: selecting('hub = ? AND parent_id = ?'),
  calling: selecting('calling = 1 ORDER BY key'),
} as const

function selecting(where: string): string {
  return `
    SELECT *, (
      SELECT max(id) & 0xffffff FROM history
      WHERE id BETWEEN instances.key << 24 AND instances.key << 24 | 0xffffff
    ) AS last_turn
    FROM instances WHERE ${where}`
}

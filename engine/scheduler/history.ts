import { type Bytes, countOf } from './protobuf.ts'

/** How long a history is. */
export interface Measure {
  readonly events: number
  readonly bytes: number
}

/**
 * The history of one generation of an instance. Its rows are in memory only where somebody asks for them again and again:
 * a worker in this process seldom does.
 */
export class History {
  readonly #load: () => Bytes[]
  #rows: Bytes[] | undefined
  #measure: Measure | undefined

  /** `load` gives the rows that are in the file; `isNew`: there are none yet. */
  constructor(load: () => Bytes[], isNew: boolean) {
    this.#load = load
    if (isNew) this.#measure = { events: 0, bytes: 0 }
  }

  /** How long it is, which is known without its rows once they have been read. */
  get measure(): Measure {
    return (this.#measure ??= measureOf(this.rows))
  }

  /** One row a turn: its events one after the other, each framed as a field. */
  get rows(): readonly Bytes[] {
    return (this.#rows ??= this.#load())
  }

  get bytesInMemory(): number {
    return this.#rows ? this.measure.bytes : 0
  }

  /** A row of so many events, which is in the file already, is the last now. */
  add(row: Bytes, events: number): void {
    this.#rows?.push(row)
    if (this.#measure)
      this.#measure = { events: this.#measure.events + events, bytes: this.#measure.bytes + row.length }
  }

  letGo(): void {
    this.#rows = undefined
  }
}

function measureOf(rows: readonly Bytes[]): Measure {
  let [events, bytes] = [0, 0]
  for (const row of rows) {
    events += countOf(row)
    bytes += row.length
  }
  return { events, bytes }
}

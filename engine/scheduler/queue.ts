/** What waits to be handed out. Entries with the same lane are taken by the same workers. */
export interface Queued {
  readonly lane: string
}

const keptLanes = 8

/**
 * First come, first served, except that what no worker can take now does not hold up the rest: entries wait in lanes,
 * and only the head of each lane is looked at.
 */
export class Queue<T extends Queued> {
  readonly #lanes = new Map<string, Lane<T>>()
  #next = 0
  #previous = -1

  /** Puts an entry at the end. */
  add(entry: T): void {
    this.#lane(entry).push(this.#next++, entry)
  }

  /** Puts an entry that was lost before all others. */
  addFirst(entry: T): void {
    this.#lane(entry).unshift(this.#previous--, entry)
  }

  /** Takes the entry that has waited longest among those that `wanted` says yes to, lane by lane. */
  take(wanted: (head: T) => boolean): T | undefined {
    let oldest: Lane<T> | undefined
    for (const lane of this.#lanes.values())
      if ((!oldest || lane.headOrder < oldest.headOrder) && lane.head && wanted(lane.head)) oldest = lane
    if (!oldest) return undefined
    const entry = oldest.shift()
    if (entry) this.#trim(entry.lane, oldest)
    return entry
  }

  /** Removes an entry, wherever it stands. */
  remove(entry: T): void {
    const lane = this.#lanes.get(entry.lane)
    lane?.remove(entry)
    if (lane) this.#trim(entry.lane, lane)
  }

  /** A few lanes are kept for what comes next, most likely in the same ones. */
  #trim(name: string, lane: Lane<T>): void {
    if (lane.isEmpty && this.#lanes.size > keptLanes) this.#lanes.delete(name)
  }

  clear(): void {
    this.#lanes.clear()
  }

  #lane(entry: T): Lane<T> {
    const known = this.#lanes.get(entry.lane)
    if (known) return known
    const lane = new Lane<T>()
    this.#lanes.set(entry.lane, lane)
    return lane
  }
}

/** A queue of entries with their places in the order of all lanes. */
class Lane<T> {
  readonly #lost: Place<T>[] = []
  #waiting: Place<T>[] = []
  /** How many of `#waiting` have left. */
  #left = 0

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  get head(): T | undefined {
    return this.#first?.entry
  }

  get headOrder(): number {
    return this.#first?.order ?? Number.POSITIVE_INFINITY
  }

  get #first(): Place<T> | undefined {
    return this.#lost.at(-1) ?? this.#waiting[this.#left]
  }

  push(order: number, entry: T): void {
    this.#waiting.push({ order, entry })
  }

  unshift(order: number, entry: T): void {
    this.#lost.push({ order, entry })
  }

  shift(): T | undefined {
    const entry = this.#lost.pop() ?? this.#waiting[this.#left++]
    if (this.#left >= this.#waiting.length) {
      this.#waiting.length = 0
      this.#left = 0
    } else if (this.#left > 1000 && this.#left * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#left)
      this.#left = 0
    }
    return entry?.entry
  }

  remove(entry: T): void {
    const isIt = (place: Place<T>): boolean => place.entry === entry
    const lost = this.#lost.findIndex(isIt)
    if (lost >= 0) this.#lost.splice(lost, 1)
    const waiting = this.#waiting.findIndex((place, index) => index >= this.#left && isIt(place))
    if (waiting >= 0) this.#waiting.splice(waiting, 1)
  }
}

interface Place<T> {
  readonly order: number
  readonly entry: T
}

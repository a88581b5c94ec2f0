import type { Clock, Instant } from '../clock.ts'

/** Something that is due at an instant, for one instance. */
export interface Alarm {
  readonly at: Instant
  readonly key: number
  readonly seq: number
}

/**
 * Calls back when messages become visible: never before their time, and as soon after it as the event loop allows.
 *
 * The wall clock decides. It is looked at again at least once a minute, so that a clock that was put forward or back,
 * or a machine that slept, is noticed.
 */
export class Alarms {
  readonly #clock: Clock
  readonly #ring: (due: readonly Alarm[]) => void
  /** A binary heap: the first is the next. */
  #heap: Alarm[] = []
  /** The alarms of an instance that still count; others in the heap are void. */
  readonly #live = new Map<number, Set<Alarm>>()
  #void = 0
  #armedFor: Instant | undefined
  #disarm: () => void = () => {}

  constructor(clock: Clock, ring: (due: readonly Alarm[]) => void) {
    this.#clock = clock
    this.#ring = ring
  }

  set(alarm: Alarm): void {
    const own = this.#live.get(alarm.key)
    if (own) own.add(alarm)
    else this.#live.set(alarm.key, new Set([alarm]))
    this.#push(alarm)
    this.#arm()
  }

  /** Calls off every alarm of an instance. */
  cancel(key: number): void {
    const own = this.#live.get(key)
    if (!own) return
    this.#live.delete(key)
    this.#void += own.size
    if (this.#void * 2 > this.#heap.length) this.#sweep()
  }

  clear(): void {
    this.#disarm()
    this.#heap = []
    this.#live.clear()
    this.#void = 0
    this.#armedFor = undefined
  }

  #arm(): void {
    const next = this.#heap[0]?.at
    if (next === undefined || (this.#armedFor !== undefined && this.#armedFor <= next)) return
    this.#disarm()
    this.#armedFor = next
    const delayMs = Math.min(Math.max(next - this.#clock.now(), 0), longestSleepMs)
    this.#disarm = this.#clock.after(delayMs, () => {
      this.#armedFor = undefined
      this.#ringDue()
      this.#arm()
    })
  }

  #ringDue(): void {
    const now = this.#clock.now()
    const due: Alarm[] = []
    for (let next = this.#heap[0]; next && next.at <= now; next = this.#heap[0]) {
      this.#pop()
      if (this.#forget(next)) due.push(next)
      else this.#void--
    }
    if (due.length > 0) this.#ring(due)
  }

  /** Whether the alarm still counted. */
  #forget(alarm: Alarm): boolean {
    const own = this.#live.get(alarm.key)
    if (!own?.delete(alarm)) return false
    if (own.size === 0) this.#live.delete(alarm.key)
    return true
  }

  #sweep(): void {
    this.#heap = this.#heap
      .filter((alarm) => this.#live.get(alarm.key)?.has(alarm))
      .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
    this.#void = 0
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap
    let place = heap.push(alarm) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!this.#swapIfEarlier(place, above)) return
      place = above
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (heap.length === 0 || !last) return
    heap[0] = last
    for (let place = 0; ;) {
      const left = 2 * place + 1
      const child = isEarlier(heap[left + 1], heap[left]) ? left + 1 : left
      if (!this.#swapIfEarlier(child, place)) return
      place = child
    }
  }

  #swapIfEarlier(below: number, above: number): boolean {
    const [a, b] = [this.#heap[below], this.#heap[above]]
    if (!a || !b || !isEarlier(a, b)) return false
    this.#heap[above] = a
    this.#heap[below] = b
    return true
  }
}

/** How long the clock may go unseen. */
const longestSleepMs = 60_000

/** Alarms of the same instant ring in the order in which they were set. */
function isEarlier(a: Alarm | undefined, b: Alarm | undefined): boolean {
  if (!a || !b) return a !== undefined
  return a.at < b.at || (a.at === b.at && a.seq < b.seq)
}

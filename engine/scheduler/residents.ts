import type { Clock } from '../clock.ts'
import { hasEnded, type Instance } from './instance.ts'
import { Resident } from './resident.ts'
import type { Store } from './store.ts'

/** How many idle instances stay in memory, so that the next message need not load them again. */
const idleLimit = 2_000

/** How many instances that have ended stay in memory, for those who ask what they came to. */
const endedLimit = 64

/** How much history stays in memory. */
const historyLimitBytes = 8 * 1024 * 1024

/** The instances of a task hub that are in memory. */
export class Residents {
  readonly #hub: string
  readonly #store: Store
  readonly #clock: Clock
  /** Least recently used first. */
  readonly #byId = new Map<string, Resident>()
  readonly #byKey = new Map<number, Resident>()
  /** The last of `#byId`, if that is known. */
  #latest: Resident | undefined
  /** Longest ago first. */
  readonly #ended: Resident[] = []

  constructor(hub: string, store: Store, clock: Clock) {
    this.#hub = hub
    this.#store = store
    this.#clock = clock
  }

  find(id: string): Resident | undefined {
    const known = this.#byId.get(id)
    if (known) return this.#touch(known)
    const instance = this.#store.instances.find(this.#hub, id)
    return instance && this.add(instance)
  }

  /** The instance as it is, for whoever only reads. */
  peek(id: string): Instance | undefined {
    return this.#byId.get(id)?.instance ?? this.#store.instances.find(this.#hub, id)
  }

  findAt(key: number): Resident | undefined {
    const known = this.#byKey.get(key)
    if (known) return this.#touch(known)
    const instance = this.#store.instances.at(key)
    return instance && this.add(instance)
  }

  /** The resident of an instance that was just read. */
  hold(instance: Instance): Resident {
    const known = this.#byId.get(instance.id)
    return known ? this.#touch(known) : this.add(instance)
  }

  /** Whatever is not in memory has nothing to be told: its resident begins with an empty inbox. */
  add(instance: Instance): Resident {
    const resident = new Resident(instance, {
      now: () => this.#clock.now(),
      loadHistory: () => this.#store.history(instance.key),
    })
    this.#byId.set(instance.id, resident)
    this.#byKey.set(instance.key, resident)
    this.#latest = resident
    return resident
  }

  drop(resident: Resident): void {
    const { id, key } = resident.instance
    if (this.#byId.get(id) === resident) this.#byId.delete(id)
    if (this.#byKey.get(key) === resident) this.#byKey.delete(key)
    this.#latest = undefined
  }

  /** An instance has ended. */
  retire(resident: Resident): void {
    resident.history.letGo()
    this.#ended.push(resident)
    const former = this.#ended.length > endedLimit ? this.#ended.shift() : undefined
    if (former?.isIdle && hasEnded(former.instance.status)) this.drop(former)
  }

  clear(): void {
    this.#ended.length = 0
    this.#byId.clear()
    this.#byKey.clear()
    this.#latest = undefined
  }

  /** Lets go of what was not used for longest. */
  trim(): void {
    let surplus = this.#byId.size - idleLimit
    for (const resident of this.#byId.values()) {
      if (surplus-- <= 0) break
      if (resident.isIdle) this.drop(resident)
    }
    let bytes = 0
    for (const resident of [...this.#byId.values()].toReversed()) {
      bytes += resident.history.bytesInMemory
      if (bytes > historyLimitBytes) resident.history.letGo()
    }
  }

  #touch(resident: Resident): Resident {
    if (resident === this.#latest) return resident
    this.#latest = resident
    const { id } = resident.instance
    this.#byId.delete(id)
    this.#byId.set(id, resident)
    return resident
  }
}

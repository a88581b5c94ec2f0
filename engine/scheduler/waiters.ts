import { hasEnded, type Instance } from './instance.ts'
import { noSuchInstance, type Refusal } from './refusal.ts'

/** What a caller waits for. */
export type Milestone = 'start' | 'end'

interface Waiter {
  readonly until: Milestone
  resolve(instance: Instance): void
  reject(refusal: Refusal): void
}

/** The callers that wait for instances to start or to end. */
export class Waiters {
  readonly #read: (id: string) => Instance | undefined
  readonly #byId = new Map<string, Set<Waiter>>()

  constructor(read: (id: string) => Instance | undefined) {
    this.#read = read
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  /** Resolves once the instance has started or ended; `signal` gives the wait up. */
  wait(id: string, until: Milestone, signal: AbortSignal): Promise<Instance> {
    const { promise, resolve, reject } = Promise.withResolvers<Instance>()
    const waiter = { until, resolve, reject }
    const group = this.#byId.get(id) ?? new Set()
    this.#byId.set(id, group.add(waiter))
    signal.addEventListener('abort', () => this.#leave(id, waiter), { once: true })
    this.notify(id)
    return promise
  }

  /** The instance has changed: whoever waited for this is told. */
  notify(id: string): void {
    const group = this.#byId.get(id)
    if (!group) return
    const instance = this.#read(id)
    for (const waiter of group) {
      if (instance && !isReached(waiter.until, instance)) continue
      this.#leave(id, waiter)
      if (instance) waiter.resolve(instance)
      else waiter.reject(noSuchInstance(id))
    }
  }

  refuseAll(refusal: Refusal): void {
    for (const [id, group] of this.#byId)
      for (const waiter of group) {
        this.#leave(id, waiter)
        waiter.reject(refusal)
      }
  }

  #leave(id: string, waiter: Waiter): void {
    const group = this.#byId.get(id)
    group?.delete(waiter)
    if (group?.size === 0) this.#byId.delete(id)
  }
}

function isReached(until: Milestone, { status }: Instance): boolean {
  return until === 'start' ? status !== 'pending' : hasEnded(status)
}

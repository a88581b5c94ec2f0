import type { Clock, Instant } from '../clock.ts'
import type { Committer } from './commit.ts'
import { purge, timeLimit } from './purge.ts'
import type { Store } from './store.ts'
import type { TaskHub } from './task-hub.ts'

/** How often ended instances are looked for whose time has come. */
const sweepMs = 60_000

/** How many of them are looked up at a time. */
const pageSize = 200

export interface SweeperOptions {
  readonly store: Store
  readonly committer: Committer
  readonly clock: Clock
  /** How long ended instances are kept; absent: for ever. */
  readonly retentionMs: number | undefined
  readonly hubNamed: (name: string) => TaskHub
}

/** Removes what ended long ago, and what is left of instances that are gone, so that others hardly notice. */
export class Sweeper {
  readonly #options: SweeperOptions
  #callOff: () => void = () => {}
  #hasStopped = false
  #isTidying = false

  constructor(options: SweeperOptions) {
    this.#options = options
    if (options.retentionMs !== undefined) this.#sweepAgain(options.retentionMs)
  }

  stop(): void {
    this.#hasStopped = true
    this.#callOff()
  }

  /** To be called when something was committed. */
  tidy(): void {
    const { store, committer } = this.#options
    if (this.#isTidying || !store.leftovers.mayExist) return
    this.#isTidying = true
    const goOn = async (): Promise<void> => {
      while (await committer.run(() => store.leftovers.clear(timeLimit())));
    }
    goOn()
      .catch(() => {}) // the next commit begins again
      .finally(() => {
        this.#isTidying = false
      })
  }

  #sweepAgain(retentionMs: number): void {
    const { clock } = this.#options
    if (this.#hasStopped) return
    this.#callOff = clock.after(Math.min(retentionMs, sweepMs), () => {
      this.#sweep(clock.now() - retentionMs)
        .catch(() => {}) // the next sweep finds it
        .finally(() => this.#sweepAgain(retentionMs))
    })
  }

  async #sweep(before: Instant): Promise<void> {
    const { store, hubNamed } = this.#options
    let count: number
    do {
      count = 0
      const old = Map.groupBy(store.instances.endedBefore(before, pageSize), ({ hub }) => hub)
      for (const [hub, instances] of old) {
        const ids = instances.map(({ id }) => id)
        count += await purge(hubNamed(hub), ids, false)
      }
    } while (count > 0)
  }
}

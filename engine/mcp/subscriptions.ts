import { resourceNotFound, runOf } from './resources.ts'
import type { Caller, TaskCore } from './task-core.ts'

/** The most resources that one client is told about. */
const most = 1000

/** The resources that a client wants to be told about when they change. */
export class Subscriptions {
  readonly #core: TaskCore
  readonly #tell: (uri: string) => void
  readonly #stops = new Map<string, () => void>()

  constructor(core: TaskCore, tell: (uri: string) => void) {
    this.#core = core
    this.#tell = tell
  }

  /** Tells of `uri` from now on; refused for a run that the caller has not. */
  async add(uri: string, caller: Caller): Promise<Record<string, never>> {
    if (this.#stops.has(uri) || this.#stops.size >= most) return {}
    const id = runOf(uri)
    // What is not there may come with the next reload; a run that is not there, or not the caller's, does not.
    if (id !== undefined && (await this.#core.find(id, caller)) === undefined) throw resourceNotFound(uri)
    this.#stops.set(uri, id === undefined ? () => {} : this.#watch(id, uri))
    return {}
  }

  remove(uri: string): Record<string, never> {
    this.#stops.get(uri)?.()
    this.#stops.delete(uri)
    return {}
  }

  /** Every definition may have changed. */
  tellOfDefinitions(): void {
    for (const uri of this.#stops.keys()) if (runOf(uri) === undefined) this.#tell(uri)
  }

  close(): void {
    for (const uri of this.#stops.keys()) this.remove(uri)
  }

  /** The first state is the one that the client can read now. */
  #watch(id: string, uri: string): () => void {
    let told: string | undefined
    return this.#core.subscribe(id, (task) => {
      const now = JSON.stringify([task?.status, task?.message, task?.updatedAt])
      if (told !== undefined && told !== now) this.#tell(uri)
      told = now
    })
  }
}

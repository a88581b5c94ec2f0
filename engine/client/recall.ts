import type { OrchestrationState } from '@microsoft/durabletask-js'
import type { Run } from '../run.ts'

/** A shorter instance is read as quickly as it is glanced at. */
const leastLength = 4096
/** The most that is remembered, in characters of what the hub sent. */
const mostLength = 32 * 1024 * 1024
/** The hub counts milliseconds: this long after a time was first seen, nothing more changes at that time. */
const settledMs = 5

/**
 * Remembers long-winded runs as they were read, so that who asks again and again how they stand need not read them again
 * with everything they carry. Whether one has changed since, a glance at its instance tells, whoever changed it.
 */
export class Recall {
  /** The one used longest ago first. */
  readonly #known = new Map<string, Remembered>()
  #length = 0

  has(id: string): boolean {
    return this.#known.has(id)
  }

  /** The run as remembered, if it has surely not changed since: `glance` is its instance without its data. */
  unchanged(glance: OrchestrationState): Run | undefined {
    const known = this.#known.get(glance.instanceId)
    if (known?.mark !== markOf(glance) || !known.isSettled) return undefined
    this.#known.delete(known.run.id)
    this.#known.set(known.run.id, known)
    return known.run
  }

  /** Remembers `run` as it was read just now, by a call that began at `askedAt`. */
  keep(state: OrchestrationState, run: Run, askedAt: number): void {
    const before = this.#known.get(run.id)
    this.forget(run.id)
    const length = lengthOf(state)
    if (length < leastLength || length > mostLength) return
    const mark = markOf(state)
    const seenAt = before?.mark === mark ? before.seenAt : performance.now()
    this.#known.set(run.id, { run, mark, seenAt, length, isSettled: askedAt - seenAt >= settledMs })
    this.#length += length
    for (const id of this.#known.keys()) {
      if (this.#length <= mostLength) return
      this.forget(id)
    }
  }

  forget(id: string): void {
    this.#length -= this.#known.get(id)?.length ?? 0
    this.#known.delete(id)
  }
}

interface Remembered {
  readonly run: Run
  /** What differs whenever the instance has changed. */
  readonly mark: string
  /** When this mark was first seen. */
  readonly seenAt: number
  readonly length: number
  /** Whether the run was read when it could no longer change without its mark changing. */
  readonly isSettled: boolean
}

/** Something that differs whenever an instance has changed, but for changes within one millisecond. */
export function markOf({ runtimeStatus, createdAt, lastUpdatedAt }: OrchestrationState): string {
  return `${runtimeStatus} ${createdAt.getTime()} ${lastUpdatedAt.getTime()}`
}

function lengthOf({ serializedInput, serializedOutput, serializedCustomStatus }: OrchestrationState): number {
  return [serializedInput, serializedOutput, serializedCustomStatus].reduce(
    (sum, text) => sum + (text?.length ?? 0),
    0,
  )
}

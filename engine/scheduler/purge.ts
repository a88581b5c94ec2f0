import { hasEnded } from './instance.ts'
import { list, type Listing, type Place } from './listing.ts'
import type { TaskHub } from './task-hub.ts'

/** How long one step may keep others waiting. */
const stepMs = 2

/** Tells when a step that begins now has taken long enough. */
export function timeLimit(): () => boolean {
  const until = performance.now() + stepMs
  return () => performance.now() >= until
}

/** Removes ended instances, and with `recursive` the ended ones that they started; gives the number removed. */
export async function purge(hub: TaskHub, ids: readonly string[], recursive: boolean): Promise<number> {
  const ended = endedAmong(hub, ids, recursive)
  let count = 0
  /** Whether there may be more. */
  const step = (): boolean => {
    for (const isTimeUp = timeLimit(); !isTimeUp(); count++) {
      const next = ended.next()
      if (next.done) return false
      hub.remove(hub.existing(next.value))
    }
    return true
  }
  while (await hub.ground.committer.run(step));
  return count
}

/** Looks when it is asked for the next, so that what was done meanwhile counts. Children come before their parents. */
function* endedAmong(
  hub: TaskHub,
  ids: readonly string[],
  recursive: boolean,
  met: Set<string> = new Set(),
): Generator<string> {
  const isEnded = (id: string): boolean => {
    const resident = hub.residents.find(id)
    return resident !== undefined && hasEnded(resident.instance.status)
  }
  for (const id of ids) {
    if (met.has(id) || !isEnded(id)) continue
    met.add(id)
    if (recursive) {
      const children = hub.childrenOf(hub.existing(id)).map(({ instance }) => instance.id)
      yield* endedAmong(hub, children, recursive, met)
    }
    if (isEnded(id)) yield id
  }
}

/** Removes the ended instances that a listing finds, until none is left or `timeoutMs` has passed. */
export async function purgeListed(
  hub: TaskHub,
  wanted: Listing,
  recursive: boolean,
  timeoutMs: number | undefined,
): Promise<{ readonly count: number; readonly isComplete: boolean }> {
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs
  let count = 0
  let after: Place | undefined
  for (;;) {
    const page = list(hub, { ...wanted, ...(after && { after }) }, 100)
    const last = page.at(-1)
    if (!last) return { count, isComplete: true }
    if (performance.now() > deadline) return { count, isComplete: false }
    after = last
    const ids = page.filter(({ status }) => hasEnded(status)).map(({ id }) => id)
    count += await purge(hub, ids, recursive)
  }
}

/** Passes on the newest of many values, at most one per `everyMs`; the last one always arrives. */
export interface Coalescer<T> {
  push(value: T): void
  /** Forgets what has not been passed on. */
  stop(): void
}

/** A {@link Coalescer} that hands its values to `deliver`. */
export function coalesce<T>(everyMs: number, deliver: (value: T) => void): Coalescer<T> {
  let held: { readonly value: T } | undefined
  let timer: NodeJS.Timeout | undefined
  let openAt = 0
  const release = (): void => {
    timer = undefined
    if (held === undefined) return
    const { value } = held
    held = undefined
    openAt = performance.now() + everyMs
    deliver(value)
  }
  return {
    push: (value) => {
      held = { value }
      if (timer !== undefined) return
      const restMs = openAt - performance.now()
      if (restMs <= 0) release()
      else timer = setTimeout(release, restMs)
    },
    stop: () => {
      held = undefined
      clearTimeout(timer)
      timer = undefined
    },
  }
}

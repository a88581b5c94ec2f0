import type { RunClient } from '../client/client.ts'
import { EngineError } from '../error.ts'
import type { Run } from '../run.ts'
import { hasEnded } from '../run.ts'
import { coalesce, type Coalescer } from './coalesce.ts'

/** At most five notifications per second and run. */
const everyMs = 200
/** How long to wait before watching again when the hub went away. */
const againMs = 1000

/** Hears of a run that changed; of `undefined` when the run is no more. */
export type RunListener = (run: Run | undefined) => void

/** Watches each run once, however many listen, until nobody does or the run has ended. */
export class Feeds {
  readonly #client: RunClient
  readonly #feeds = new Map<string, Feed>()

  constructor(client: RunClient) {
    this.#client = client
  }

  /** Calls `listener` with the run now and when it changed: every change, or `calmly`, the newest of those of 200 ms. */
  listen(id: string, listener: RunListener, calmly: boolean): () => void {
    const feed = this.#feeds.get(id) ?? this.#open(id)
    const listeners = calmly ? feed.calm : feed.eager
    listeners.add(listener)
    if (feed.latest !== undefined) listener(feed.latest)
    return () => {
      listeners.delete(listener)
      if (feed.calm.size + feed.eager.size === 0) this.#close(id, feed)
    }
  }

  close(): void {
    for (const [id, feed] of this.#feeds) this.#close(id, feed)
  }

  #open(id: string): Feed {
    const calm = new Set<RunListener>()
    const stop = new AbortController()
    const tell = coalesce<Run>(everyMs, (run) => {
      for (const listener of calm) listener(run)
      if (hasEnded(run.status)) this.#close(id, feed)
    })
    const feed: Feed = { calm, eager: new Set(), tell, stop, latest: undefined }
    this.#feeds.set(id, feed)
    void this.#watch(id, feed)
    return feed
  }

  async #watch(id: string, feed: Feed): Promise<void> {
    const { signal } = feed.stop
    while (!signal.aborted) {
      try {
        for await (const run of this.#client.watch(id, signal)) {
          feed.latest = run
          for (const listener of feed.eager) listener(run)
          feed.tell.push(run)
          if (hasEnded(run.status)) return
        }
        return this.#lose(id, feed)
      } catch (error) {
        if (error instanceof EngineError && error.code === 'run.unknown') return this.#lose(id, feed)
        // The hub is away: those who wait go on waiting, and we try again.
        await pause(againMs, signal)
      }
    }
  }

  /** The run was purged under our eyes, or the feed closed, in which case nobody listens any more. */
  #lose(id: string, feed: Feed): void {
    for (const listener of [...feed.eager, ...feed.calm]) listener(undefined)
    this.#close(id, feed)
  }

  #close(id: string, feed: Feed): void {
    feed.stop.abort()
    feed.tell.stop()
    feed.calm.clear()
    feed.eager.clear()
    if (this.#feeds.get(id) === feed) this.#feeds.delete(id)
  }
}

interface Feed {
  readonly calm: Set<RunListener>
  readonly eager: Set<RunListener>
  readonly tell: Coalescer<Run>
  readonly stop: AbortController
  latest: Run | undefined
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

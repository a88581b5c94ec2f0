import type { Run } from '../run.ts'
import { hasEnded } from '../run.ts'

/** What a watcher looks at: a cheap glance that changes whenever the run does, and the run itself. */
export interface Sight {
  /** Something that differs whenever the run has changed; `undefined` when there is no such run. */
  glance(signal: AbortSignal): Promise<string | undefined>
  look(signal: AbortSignal): Promise<Run>
  /** Resolves when the run has ended. */
  end(signal: AbortSignal): Promise<unknown>
}

/** How long a watcher waits between two looks: quick while things change, slow when they do not. */
export interface Pace {
  readonly firstMs: number
  readonly lastMs: number
  readonly factor: number
}

const usualPace: Pace = { firstMs: 20, lastMs: 500, factor: 1.5 }

/**
 * Yields a run now and whenever its status or report changed, and ends after its end was yielded, or when `signal`
 * aborts. What changed twice between two looks is seen once; the end is always seen, and at once.
 */
export async function* watchRun(
  sight: Sight,
  signal: AbortSignal,
  pace: Pace = usualPace,
): AsyncGenerator<Run> {
  const leaving = new AbortController()
  const until = AbortSignal.any([signal, leaving.signal])
  const alarm = new Alarm(until)
  sight.end(until).then(
    () => alarm.ring(),
    () => alarm.ring(), // whatever went wrong, the next look tells
  )
  try {
    for (let shown = '', seen = '', sure = false, pauseMs = pace.firstMs; ;) {
      const glance = await sight.glance(until)
      // The hub counts milliseconds: only the second look at an unchanged run proves that nothing changed within one.
      if (glance === undefined || glance !== seen || !sure) {
        const run = await sight.look(until)
        sure = glance === seen
        seen = glance ?? ''
        const face = faceOf(run)
        if (face !== shown) {
          yield run
          pauseMs = pace.firstMs
        }
        shown = face
        if (hasEnded(run.status)) return
      }
      await alarm.within(pauseMs)
      pauseMs = Math.min(pauseMs * pace.factor, pace.lastMs)
    }
  } catch (error) {
    if (!until.aborted) throw error
  } finally {
    leaving.abort()
  }
}

/** What a watcher is told about. */
function faceOf({ status, report }: Run): string {
  return JSON.stringify([status, report])
}

/** A pause that ends early when somebody rings. */
class Alarm {
  #rung = false
  #wake: (() => void) | undefined

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true })
  }

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  async within(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#rung = false
    this.#wake = undefined
  }
}

import type { ActivityRequest } from '../orchestrator/envelope.ts'

/** Why a call was aborted: who hears of it depends on it. */
export type AbortCause = 'timeout' | 'cancelled' | 'shutdown'

/** What a handler's signal carries as its reason; named so that handlers recognise it. */
export class Aborted extends Error {
  override readonly name: string = 'AbortError'
  readonly why: AbortCause

  constructor(why: AbortCause, message: string) {
    super(message)
    this.why = why
  }
}

/** A call of an activity that is under way in this process. */
export class RunningCall {
  readonly activity: string
  readonly runId: string
  readonly path: string
  readonly attempt: number
  /** Epoch ms. */
  readonly startedAt: number = Date.now()
  /** Whether the run was seen under way, and not cancelling, while this call was. */
  seenLive = false
  /** Made when a handler asks for its signal: most never do. */
  #controller: AbortController | undefined
  #reason: Aborted | undefined
  #giveUp: (reason: Aborted) => void = () => {}

  constructor(
    activity: string,
    { runId, path, attempt }: Pick<ActivityRequest, 'runId' | 'path' | 'attempt'>,
  ) {
    this.activity = activity
    this.runId = runId
    this.path = path
    this.attempt = attempt
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  /** Why it was aborted; absent: it was not. */
  get reason(): Aborted | undefined {
    return this.#reason
  }

  /**
   * What a handler comes to; if that is a promise, one that rejects as soon as nobody waits for the call any more. At
   * shutdown the handler is waited for: its result may still count.
   */
  unlessGivenUp(work: () => unknown): unknown {
    const result = work()
    if (!isThenable(result)) return result
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      result.then(resolve, reject)
    })
  }

  abort(reason: Aborted): void {
    if (this.#reason) return
    this.#reason = reason
    this.#controller?.abort(reason)
    if (reason.why !== 'shutdown') this.#giveUp(reason)
  }

  throwIfAborted(): void {
    if (this.#reason) throw this.#reason
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** The calls under way in this process, which are not many. */
export class RunningCalls {
  readonly #calls = new Set<RunningCall>()

  get count(): number {
    return this.#calls.size
  }

  add(call: RunningCall): void {
    this.#calls.add(call)
  }

  delete(call: RunningCall): void {
    this.#calls.delete(call)
  }

  /** The runs of which a call has been under way since before `time`, in epoch ms. */
  runsSince(time: number): string[] {
    const calls = this.all().filter(({ startedAt }) => startedAt <= time)
    return [...new Set(calls.map(({ runId }) => runId))]
  }

  of(runId: string): RunningCall[] {
    return this.all().filter((call) => call.runId === runId)
  }

  all(): RunningCall[] {
    return [...this.#calls]
  }
}

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
   * What `work` comes to; rejects as soon as nobody waits for the call any more. At shutdown its handler is waited for:
   * its result may still count.
   */
  unlessGivenUp<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      work().then(resolve, reject)
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

/** The calls under way in this process, by run. */
export class RunningCalls {
  readonly #byRun = new Map<string, Set<RunningCall>>()

  get isEmpty(): boolean {
    return this.#byRun.size === 0
  }

  get count(): number {
    let count = 0
    for (const calls of this.#byRun.values()) count += calls.size
    return count
  }

  add(call: RunningCall): void {
    const calls = this.#byRun.get(call.runId)
    if (calls) calls.add(call)
    else this.#byRun.set(call.runId, new Set([call]))
  }

  delete(call: RunningCall): void {
    const calls = this.#byRun.get(call.runId)
    calls?.delete(call)
    if (calls?.size === 0) this.#byRun.delete(call.runId)
  }

  /** The runs of which a call has been under way since before `time`, in epoch ms. */
  runsSince(time: number): string[] {
    return [...this.#byRun]
      .filter(([, calls]) => [...calls].some(({ startedAt }) => startedAt <= time))
      .map(([id]) => id)
  }

  of(runId: string): RunningCall[] {
    return [...(this.#byRun.get(runId) ?? [])]
  }

  all(): RunningCall[] {
    return [...this.#byRun.keys()].flatMap((id) => this.of(id))
  }
}

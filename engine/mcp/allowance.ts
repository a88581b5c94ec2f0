/** How much one principal may ask of a server. */
export interface Limits {
  /** Requests a second, on average; twice as many may come at once. */
  readonly requestsPerSecond?: number
  /** Requests and streams under way at once. */
  readonly atOnce?: number
  /** Runs that have not ended. */
  readonly liveRuns?: number
}

/** The most principals that are remembered. */
const most = 10_000

/** Counts what each principal asks for. */
export class Allowance {
  readonly #rate: number
  readonly #atOnce: number
  readonly #used = new Map<string, Used>()

  constructor({ requestsPerSecond = Infinity, atOnce = Infinity }: Limits) {
    this.#rate = requestsPerSecond
    this.#atOnce = atOnce
  }

  /** Whether `who` may have another request now; if so, gives what to call when it is over, else in how many seconds to ask again. */
  take(
    who: string,
    now: number = performance.now(),
  ): { readonly done: () => void } | { readonly retryAfter: number } {
    const used = this.#used.get(who) ?? { tokens: this.#rate * 2, at: now, under: 0 }
    used.tokens = Math.min(this.#rate * 2, used.tokens + ((now - used.at) / 1000) * this.#rate)
    used.at = now
    this.#remember(who, used)
    if (used.under >= this.#atOnce) return { retryAfter: 1 }
    if (used.tokens < 1) return { retryAfter: Math.ceil((1 - used.tokens) / this.#rate) }
    used.tokens -= 1
    used.under += 1
    let isOver = false
    return {
      done: () => {
        if (!isOver) used.under -= 1
        isOver = true
      },
    }
  }

  #remember(who: string, used: Used): void {
    this.#used.delete(who)
    this.#used.set(who, used)
    if (this.#used.size <= most) return
    for (const [each, { under }] of this.#used) {
      if (under === 0) return void this.#used.delete(each)
    }
  }
}

interface Used {
  tokens: number
  at: number
  /** Requests under way. */
  under: number
}

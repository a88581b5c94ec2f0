/** How often one call may set the status line of its run. */
const spacingMs = 1_000

/** Passes on what a call reports: the first line at once, later ones spaced out, of those in between the last. */
export class ProgressLine {
  readonly #send: (message: string) => Promise<unknown>
  #latest: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(send: (message: string) => Promise<unknown>) {
    this.#send = send
  }

  set(message: string): void {
    if (this.#isClosed) return
    this.#latest = message
    if (this.#timer === undefined) this.#flush()
  }

  /** What is left unsaid when the call ends is of no interest any more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #flush(): void {
    const message = this.#latest
    this.#latest = undefined
    this.#timer = undefined
    if (message === undefined || this.#isClosed) return
    this.#timer = setTimeout(() => this.#flush(), spacingMs)
    this.#timer.unref()
    this.#send(message).catch(() => {}) // a status line is not worth a failure
  }
}

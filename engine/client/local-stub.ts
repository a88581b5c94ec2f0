/** Performs a method of a hub in this process, as {@link ClientConnection.methods} says. */
export type Perform = (request: object, signal: () => AbortSignal) => Promise<object>

type Callback = (error: Error | null, answer?: object) => void

/**
 * `stub` with those of its methods replaced that need no gRPC. A call is given up when the signal aborts that
 * `signalNow` gives as it begins.
 */
export function localStub(
  stub: object,
  methods: Readonly<Record<string, Perform>>,
  signalNow: () => AbortSignal | undefined,
): object {
  const local: Record<string, unknown> = Object.create(stub)
  for (const [name, perform] of Object.entries(methods))
    local[name] = (request: object, _metadata: unknown, callback: Callback): void => {
      const signal = signalNow()
      const giveUp = (): void => callback(new Error('The call was given up'))
      if (signal?.aborted) return giveUp()
      signal?.addEventListener('abort', giveUp, { once: true })
      const end = (error: Error | null, answer?: object): void => {
        signal?.removeEventListener('abort', giveUp)
        callback(error, answer)
      }
      perform(request, () => signal ?? new AbortController().signal).then((answer) => end(null, answer), end)
    }
  return local
}

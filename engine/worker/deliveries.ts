import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TaskHubGrpcWorkerOptions } from '@microsoft/durabletask-js'

/** Follows what a worker tells its hub: it ends once its last result is delivered, and says nothing any more after that. */
export class Deliveries {
  #open = 0
  #isShut = false
  #whenDone: (() => void) | undefined

  /** Tells the hub something. */
  async deliver<T>(tell: () => Promise<T>): Promise<T> {
    this.#mustBeOpen()
    this.#open += 1
    try {
      return await tell()
    } finally {
      this.#close()
    }
  }

  /** `options` such that every call of the SDK's worker is followed, which it does not tell us about. */
  follow(options: TaskHubGrpcWorkerOptions): TaskHubGrpcWorkerOptions {
    const { metadataGenerator } = options
    return {
      ...options,
      ...(metadataGenerator && { metadataGenerator: () => this.#prepared(metadataGenerator) }),
      options: {
        ...options.options,
        callInvocationTransformer: <Properties extends CallProperties>(
          properties: Properties,
        ): Properties => {
          this.#mustBeOpen() // also a worker that was stopped while it was reconnecting would go on
          const { call, methodDefinition } = properties
          if (methodDefinition.responseStream) return properties
          this.#open += 1
          call.once('status', () => this.#close())
          return properties
        },
      },
    }
  }

  /** Resolves when every call has ended, or after `graceMs`; from then on there are no more. */
  async shut(graceMs: number): Promise<void> {
    await nextTurn() // what was just computed is on its way
    if (this.#open > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs)
        this.#whenDone = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    this.#isShut = true
  }

  /** A call that fetches its token counts already; it counts again, as itself, before this ends. */
  async #prepared<T>(metadata: () => Promise<T>): Promise<T> {
    this.#open += 1
    try {
      return await metadata()
    } finally {
      setImmediate(() => this.#close())
    }
  }

  #mustBeOpen(): void {
    if (this.#isShut) throw new Error('The worker has stopped')
  }

  #close(): void {
    this.#open -= 1
    if (this.#open === 0) this.#whenDone?.()
  }
}

/** What gRPC shows of a call as it starts. */
interface CallProperties {
  readonly call: { once(event: 'status', listener: () => void): unknown }
  readonly methodDefinition: { readonly responseStream: boolean }
}

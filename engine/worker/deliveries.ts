import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TaskHubGrpcWorkerOptions } from '@microsoft/durabletask-js'

/**
 * Follows the calls by which the SDK's worker speaks to its hub, which it does not tell us about: so that a worker
 * ends once its last result is delivered, and says nothing any more after that.
 */
export class Deliveries {
  #open = 0
  #isShut = false
  #whenDone: (() => void) | undefined

  /** `options` such that every call is followed. */
  follow(options: TaskHubGrpcWorkerOptions): TaskHubGrpcWorkerOptions {
    const { metadataGenerator } = options
    if (!metadataGenerator) throw new TypeError('The options of a worker must bring a metadataGenerator')
    return {
      ...options,
      metadataGenerator: () => this.#announced(metadataGenerator),
      options: {
        ...options.options,
        callInvocationTransformer: <Properties extends CallProperties>(
          properties: Properties,
        ): Properties => {
          const { call, methodDefinition } = properties
          if (methodDefinition.responseStream) this.#close()
          else call.once('status', () => this.#close())
          return properties
        },
      },
    }
  }

  /** The SDK asks for metadata right before each call, even when it was stopped while it was reconnecting. */
  async #announced<T>(metadata: () => Promise<T>): Promise<T> {
    if (this.#isShut) throw new Error('The worker has stopped')
    this.#open += 1
    try {
      return await metadata()
    } catch (error) {
      this.#close()
      throw error
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

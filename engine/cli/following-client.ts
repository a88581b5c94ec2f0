import type { RunClient } from '../client/client.ts'
import { newRunId } from '../client/new-run-id.ts'
import { EngineError } from '../error.ts'
import { hasEnded, type Run } from '../run.ts'

/** Where a {@link FollowingClient} finds the client that works now. */
export interface Guide {
  /** The client in use. */
  current(): RunClient
  /** Whether another client may come to be in use. */
  canMove(): boolean
  /** Resolves once another client is in use than `lost`; with `false` when there will be none. */
  moved(lost: RunClient): Promise<boolean>
}

/**
 * A client that goes on when the process that owns the data folder ends and another one takes the folder over.
 * Questions are asked again; what changes a run is not, for whoever asked for it must know that it may have happened.
 */
export class FollowingClient implements RunClient {
  readonly #guide: Guide

  constructor(guide: Guide) {
    this.#guide = guide
  }

  raise: RunClient['raise'] = (...args) => this.#guide.current().raise(...args)
  answer: RunClient['answer'] = (...args) => this.#guide.current().answer(...args)
  decline: RunClient['decline'] = (...args) => this.#guide.current().decline(...args)
  noteRefusal: RunClient['noteRefusal'] = (...args) => this.#guide.current().noteRefusal(...args)
  cancel: RunClient['cancel'] = (...args) => this.#guide.current().cancel(...args)
  retry: RunClient['retry'] = (...args) => this.#guide.current().retry(...args)
  purge: RunClient['purge'] = (...args) => this.#guide.current().purge(...args)
  close: RunClient['close'] = () => this.#guide.current().close()

  get: RunClient['get'] = (...args) => this.#ask((client) => client.get(...args))
  list: RunClient['list'] = (...args) => this.#ask((client) => client.list(...args))
  wait: RunClient['wait'] = (...args) => this.#ask((client) => client.wait(...args))
  history: RunClient['history'] = (...args) => this.#ask((client) => client.history(...args))

  /** Under an id of our own, so that a run whose acceptance was not heard of is found again, and not started twice. */
  async start(...[definition, input, options]: Parameters<RunClient['start']>): Promise<Run> {
    const client = this.#guide.current()
    if (!this.#guide.canMove()) return client.start(definition, input, options)
    const id = options?.id ?? newRunId()
    try {
      return await client.start(definition, input, { ...options, id })
    } catch (error) {
      await this.#follow(error, client)
      return (
        (await this.get(id)) ?? (await this.#guide.current().start(definition, input, { ...options, id }))
      )
    }
  }

  async *watch(id: string, signal?: AbortSignal): AsyncIterable<Run> {
    for (;;) {
      const client = this.#guide.current()
      try {
        for await (const run of client.watch(id, signal)) {
          yield run
          if (hasEnded(run.status)) return
        }
        if (signal?.aborted === true) return
        if (!(await this.#guide.moved(client))) return // else the client was closed under the watcher
      } catch (error) {
        await this.#follow(error, client)
      }
    }
  }

  async #ask<T>(question: (client: RunClient) => Promise<T>): Promise<T> {
    for (;;) {
      const client = this.#guide.current()
      try {
        return await question(client)
      } catch (error) {
        await this.#follow(error, client)
      }
    }
  }

  /** Resolves when it is worth asking again. */
  async #follow(error: unknown, lost: RunClient): Promise<void> {
    const isLost = error instanceof EngineError && error.code === 'hub.unavailable'
    if (!isLost || !(await this.#guide.moved(lost))) throw error
  }
}

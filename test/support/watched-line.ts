import {
  type ChannelOptions,
  InterceptingCall,
  type Interceptor,
  type ClientOptions,
  Metadata,
  status,
} from '@grpc/grpc-js'
import type { LocalWorker } from '../../engine/worker/local-worker.ts'
import type { WorkerConnection } from '../../engine/worker/open-worker.ts'

/** A worker's line to its hub: it tells what the worker holds, and it can be cut. */
export class WatchedLine {
  /** By the token that its answer will carry: the call that the worker was given, or nothing for a turn. */
  readonly #held = new Map<string, string | undefined>()
  readonly #open = new Set<{ cancelWithStatus(code: status, details: string): void }>()
  readonly #ledger: Ledger
  #isCut = false
  isConnected = false

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** How many turns and calls the worker was given that the hub has no answer for. */
  get held(): number {
    return this.#held.size
  }

  /** `isShort`: the worker is told without the SDK's connection, if the hub is in this process. */
  to(connection: WorkerConnection, isShort = false): WorkerConnection {
    const { join } = connection
    return {
      ...(isShort && join && { join: (worker: LocalWorker) => this.#join(worker, join) }),
      workerOptions: async () => {
        const options = await connection.workerOptions()
        // The SDK types them as the channel's alone, and hands them to the client too.
        const { interceptors = [], ...rest } = (options.options ?? {}) as ChannelOptions & ClientOptions
        const watched: ClientOptions = { interceptors: [this.#watch, ...interceptors] }
        return { ...options, options: { ...rest, ...watched } }
      },
    }
  }

  #join(worker: LocalWorker, join: NonNullable<WorkerConnection['join']>): () => void {
    let given = 0
    this.isConnected = true
    const hold = <T>(
      call: string | undefined,
      answer: (given: T) => Promise<void>,
    ): ((given: T) => Promise<void>) => {
      const token = `local ${(given += 1)}`
      this.#hold(token, call)
      return async (outcome) => {
        if (this.#isCut) throw new Error('the line is cut')
        const isTaken = await answer(outcome).then(
          () => true,
          () => false,
        )
        this.#settle(token, isTaken)
        if (!isTaken) throw new Error('the answer does not count')
      }
    }
    return join({
      takeTurn: async (turn, answer) => {
        if (!this.#isCut) await worker.takeTurn(turn, hold(undefined, answer))
      },
      perform: async (call, answer) => {
        const name = `${call.instance}/${call.generation}/${call.id}`
        if (!this.#isCut) await worker.perform(call, hold(name, answer))
      },
    })
  }

  /** From now on neither side hears anything of the other. */
  cut(): void {
    this.#isCut = true
    this.#held.clear()
    for (const call of this.#open) call.cancelWithStatus(status.UNAVAILABLE, 'the line is cut')
  }

  #watch: Interceptor = (options, nextCall) => {
    let answered: string | undefined
    const { requestStream, responseStream } = options.method_definition
    const call = nextCall(options)
    return new InterceptingCall(call, {
      start: (metadata, listener, next) => {
        if (this.#isCut)
          return listener.onReceiveStatus({
            code: status.UNAVAILABLE,
            details: 'the line is cut',
            metadata: new Metadata(),
          })
        this.#open.add(call)
        next(metadata, {
          onReceiveMetadata: (received, pass) => {
            this.isConnected ||= responseStream && !requestStream
            pass(received)
          },
          onReceiveMessage: (message, pass) => {
            if (this.#isCut) return
            this.#take(message as Partial<WorkItem>)
            pass(message)
          },
          onReceiveStatus: (received, pass) => {
            this.#open.delete(call)
            if (answered !== undefined) this.#settle(answered, received.code === status.OK)
            pass(received)
          },
        })
      },
      sendMessage: (message, next) => {
        if (this.#isCut) return
        const answer = message as Partial<Answer>
        if (answer.getIspartial?.() !== true) answered = answer.getCompletiontoken?.()
        next(message)
      },
      halfClose: (next) => {
        if (!this.#isCut) next()
      },
    })
  }

  #take(item: Partial<WorkItem>): void {
    const token = item.getCompletiontoken?.()
    if (token === undefined || token === '') return
    const call = item.getActivityrequest?.()
    this.#hold(token, call && nameOf(call))
  }

  #hold(token: string, call: string | undefined): void {
    if (call !== undefined && this.#ledger.recorded.has(call)) this.#ledger.repeated.push(call)
    this.#held.set(token, call)
  }

  #settle(token: string, isTaken: boolean): void {
    const call = this.#held.get(token)
    this.#held.delete(token)
    if (isTaken && call !== undefined) this.#ledger.recorded.add(call)
  }
}

/** What happened to calls of activities, whichever worker they were given to. */
export interface Ledger {
  /** The calls whose results the hub has taken. */
  readonly recorded: Set<string>
  /** Those that it has handed out again after that. */
  readonly repeated: string[]
}

/** What tells one call of an activity from all others: the generation of a run, and the number of the call in it. */
function nameOf(call: CallItem): string {
  const instance = call.getOrchestrationinstance()
  return `${instance?.getInstanceid()}/${instance?.getExecutionid()?.getValue()}/${call.getTaskid()}`
}

/** What we read of the protocol's messages, which are generated. */
interface WorkItem {
  getCompletiontoken(): string
  getActivityrequest(): CallItem | undefined
}

interface CallItem {
  getTaskid(): number
  getOrchestrationinstance():
    | { getInstanceid(): string; getExecutionid(): { getValue(): string } | undefined }
    | undefined
}

interface Answer {
  getCompletiontoken(): string
  getIspartial(): boolean
}

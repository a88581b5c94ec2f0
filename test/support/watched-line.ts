import {
  type ChannelOptions,
  InterceptingCall,
  type Interceptor,
  type ClientOptions,
  Metadata,
  status,
} from '@grpc/grpc-js'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import type { WorkerConnection } from '../../engine/worker/open-worker.ts'

/** A worker's line to its hub: it tells what the worker holds, and it can be cut. */
export class WatchedLine {
  /** By the token that its answer will carry: the call that the worker was given, or that it is a turn. */
  readonly #held = new Map<string, string | undefined>()
  readonly #open = new Set<{ cancelWithStatus(code: status, details: string): void }>()
  readonly #recorded: Set<string>
  #isCut = false
  isConnected = false

  /** `recorded` gets the calls whose results the hub has taken. */
  constructor(recorded: Set<string>) {
    this.#recorded = recorded
  }

  /** How many turns and calls the worker was given that the hub has no answer for. */
  get held(): number {
    return this.#held.size
  }

  to(connection: WorkerConnection): WorkerConnection {
    return {
      workerOptions: async () => {
        const options = await connection.workerOptions()
        // The SDK types them as the channel's alone, and hands them to the client too.
        const { interceptors = [], ...rest } = (options.options ?? {}) as ChannelOptions & ClientOptions
        const watched: ClientOptions = { interceptors: [this.#watch, ...interceptors] }
        return { ...options, options: { ...rest, ...watched } }
      },
    }
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
    const input = item.getActivityrequest?.()?.getInput()?.getValue()
    this.#held.set(token, input === undefined ? undefined : nameOf(JSON.parse(input) as ActivityRequest))
  }

  #settle(token: string, isTaken: boolean): void {
    const call = this.#held.get(token)
    this.#held.delete(token)
    if (isTaken && call !== undefined) this.#recorded.add(call)
  }
}

/** What tells one call of an activity from all others. */
export function nameOf({
  runId,
  path,
  attempt,
}: Pick<ActivityRequest, 'runId' | 'path' | 'attempt'>): string {
  return `${runId}/${path}#${attempt}`
}

/** What we read of the protocol's messages, which are generated. */
interface WorkItem {
  getCompletiontoken(): string
  getActivityrequest(): { getInput(): { getValue(): string } | undefined } | undefined
}

interface Answer {
  getCompletiontoken(): string
  getIspartial(): boolean
}

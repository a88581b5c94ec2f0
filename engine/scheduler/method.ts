import { type Bytes, nothing } from './protobuf.ts'
import type { Requests } from './request.ts'
import type { CallItem, TurnItem } from './resident.ts'
import type { TaskHub } from './task-hub.ts'
import { read } from './wire.ts'

/** What a method knows of its call. */
export interface Call {
  readonly hub: TaskHub
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

/** What a stream carries: work, or a message that is encoded already. */
export type Item = TurnItem | CallItem | Bytes

/** A method with one answer. `request` is the SDK's message. */
export type Unary = (request: object, call: Call) => Bytes | Promise<Bytes>

/** A method with many answers; its stream ends when it resolves. */
export type Streaming = (request: object, call: Call, send: (item: Item) => void) => Promise<void>

/** A method that is asked for `K`. */
export function unary<K extends keyof Requests>(
  kind: K,
  serve: (request: Requests[K], call: Call) => Bytes | Promise<Bytes>,
): Unary {
  return (request, call) => serve(readAs(kind, request), call)
}

/** A method that changes something, and has nothing to say but that it is durable now. */
export function verb<K extends keyof Requests>(
  kind: K,
  perform: (hub: TaskHub, request: Requests[K]) => void,
): Unary {
  return unary(kind, async (request, { hub }) => {
    await hub.ground.committer.run(() => perform(hub, request))
    return nothing
  })
}

/** A request as a record. */
export function readAs<K extends keyof Requests>(kind: K, request: object): Requests[K] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- gRPC has made it what the method takes
  return read[kind](request as never)
}

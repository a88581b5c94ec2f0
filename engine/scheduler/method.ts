import { type Bytes, nothing } from './protobuf.ts'
import type { Requests } from './request.ts'
import type { InstanceItem } from './reply.ts'
import type { CallItem, TurnItem } from './resident.ts'
import type { TaskHub } from './task-hub.ts'
import { read } from './wire.ts'

/** What a method knows of its call. */
export interface Call {
  readonly hub: TaskHub
  /** Whether the caller is in this process. */
  readonly isLocal: boolean
  /** Aborts when the caller has gone. */
  readonly signal: () => AbortSignal
}

/** What a caller is given: an instance, work, or a message that is encoded already. */
export type Item = InstanceItem | TurnItem | CallItem | Bytes

/** A method with one answer. `request` is the SDK's message. */
export type Unary = (request: object, call: Call) => Item | Promise<Item>

/** A method with many answers; its stream ends when it resolves. */
export type Streaming = (request: object, call: Call, send: (item: Item) => void) => Promise<void>

/** A method that is asked for `K`; what it reads is on disk. */
export function unary<K extends keyof Requests>(
  kind: K,
  serve: (request: Requests[K], call: Call) => Item | Promise<Item>,
): Unary {
  return async (request, call) => {
    await call.hub.ground.committer.quiet()
    return serve(readAs(kind, request), call)
  }
}

/** A method that changes something; it answers, if only that, once the change is on disk. */
export function verb<K extends keyof Requests>(
  kind: K,
  perform: (hub: TaskHub, request: Requests[K]) => Bytes | undefined | void,
): Unary {
  return async (request, { hub }) => {
    const asked = readAs(kind, request)
    return (await hub.ground.committer.run(() => perform(hub, asked))) ?? nothing
  }
}

/** A request as a record. */
export function readAs<K extends keyof Requests>(kind: K, request: object): Requests[K] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- gRPC has made it what the method takes
  return read[kind](request as never)
}

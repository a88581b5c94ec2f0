import { activityRequest, statusNumber } from './event.ts'
import { eventsIn } from './event-reader.ts'
import type { Instance, Payloads } from './instance.ts'
import { type Place, tokenOf } from './listing.ts'
import {
  type Bytes,
  flag,
  integer,
  message,
  nested,
  messageAround,
  nothing,
  optionalText,
  text,
  textMap,
  timestamp,
} from './protobuf.ts'
import type { Item } from './method.ts'
import type { CallItem, TurnItem } from './resident.ts'

/** An instance that was asked for; absent if there is none. */
export interface InstanceItem {
  readonly do: 'instance'
  readonly instance?: Instance
  readonly payloads: Payloads
}

/** An item as it is sent to another process. */
export function bytesOf(item: Item): Bytes {
  if (!('do' in item)) return item
  if (item.do === 'turn') return turnItem(item)
  return item.do === 'call' ? callItem(item) : instanceReply(item.instance, item.payloads)
}

/** The message of one text: the id of an instance that was started or restarted. */
export function idReply(id: string): Bytes {
  return text(1, id)
}

/** `GetInstanceResponse`. */
function instanceReply(instance: Instance | undefined, payloads: Payloads): Bytes {
  return instance ? message(flag(1, true), nested(2, stateOf(instance, payloads))) : nothing
}

/** `QueryInstancesResponse`. `next` is where the next page begins. */
export function queryReply(states: readonly Bytes[], next: Place | undefined): Bytes {
  return message(...states.map((state) => nested(1, state)), optionalText(2, next && tokenOf(next)))
}

/** `ListInstanceIdsResponse`. */
export function idsReply(ids: readonly string[], next: Place | undefined): Bytes {
  return message(...ids.map((id) => nested(1, Buffer.from(id))), optionalText(2, next && tokenOf(next)))
}

/** `PurgeInstancesResponse`. */
export function purgeReply(count: number, isComplete: boolean): Bytes {
  return message(integer(1, count), nested(2, flag(1, isComplete)))
}

/** `OrchestrationState`. */
export function stateOf(instance: Instance, payloads: Payloads): Bytes {
  return message(
    text(1, instance.id),
    text(2, instance.name),
    optionalText(3, instance.version),
    integer(4, statusNumber(instance.status)),
    timestamp(5, instance.startAt),
    timestamp(6, instance.createdAt),
    timestamp(7, instance.updatedAt),
    optionalText(8, payloads.input),
    optionalText(9, payloads.output),
    optionalText(10, payloads.customStatus),
    payloads.failure ? nested(11, payloads.failure) : nothing,
    optionalText(12, instance.generation),
    timestamp(13, instance.completedAt),
    optionalText(14, instance.parent?.id),
    textMap(15, instance.tags),
  )
}

/** `WorkItem` of a turn. */
export function turnItem({ token, instance, past, delivered }: TurnItem): Bytes {
  const fields = [
    text(1, instance.id),
    optionalText(2, instance.generation),
    ...past.rows, // framed already
    ...delivered.map((event) => nested(4, event)),
    instance.trace ? nested(8, instance.trace) : nothing,
  ]
  return messageAround([], 1, fields, [text(10, token)])
}

/** `WorkItem` of an activity. */
export function callItem({ token, call }: CallItem): Bytes {
  return message(nested(2, activityRequest(call)), text(10, token))
}

/** `WorkItem` that says no more than that the hub is there. */
export const healthPing: Bytes = nested(4, nothing)

/** `HistoryChunk`s of a history, each about `chunkBytes` long: its rows with another field number. */
export function* historyChunks(rows: readonly Bytes[], chunkBytes: number): Generator<Bytes> {
  let [parts, length]: [Bytes[], number] = [[], 0]
  for (const row of rows)
    for (const event of eventsIn(row)) {
      const part = nested(1, event)
      parts.push(part)
      length += part.length
      if (length < chunkBytes) continue
      yield message(...parts)
      parts = []
      length = 0
    }
  if (parts.length > 0) yield message(...parts)
}

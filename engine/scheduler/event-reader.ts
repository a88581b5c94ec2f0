import type { Instant } from '../clock.ts'
import { eventType, type HistoryEvent } from './event.ts'
import {
  type Bytes,
  contentIn,
  fieldAbove,
  fieldsOf,
  instantIn,
  integerIn,
  optionalTextIn,
  textOf,
} from './protobuf.ts'

/** The number of the type of an event. */
export function typeOf(event: HistoryEvent): number {
  return fieldAbove(event, 2)
}

/** The events in a row of history. */
export function eventsIn(row: Bytes): HistoryEvent[] {
  return [...fieldsOf(row)].map(({ content }) => content)
}

/** When the last of `events`, which are in order, happened; absent if there is none. */
export function latestOf(events: readonly HistoryEvent[]): Instant | undefined {
  const last = events.at(-1)
  return last && instantIn(last, 2)
}

/** What the generation was started with, if one of `events` says so. */
export function inputAmong(events: readonly HistoryEvent[]): { readonly input?: string } | undefined {
  const started = events.find((event) => typeOf(event) === eventType.executionStarted)
  if (!started) return undefined
  const input = optionalTextIn(contentIn(started, eventType.executionStarted), 3)
  return input === undefined ? {} : { input }
}

/** What an `executionStarted` event says. */
export interface Started {
  readonly name: string
  readonly version: string | undefined
  readonly input: string | undefined
  readonly parent:
    | { readonly name: string; readonly instanceId: string; readonly taskScheduledId: number }
    | undefined
}

export function startedBy(event: HistoryEvent): Started {
  const start = contentIn(event, eventType.executionStarted)
  const parent = contentIn(start, 5)
  return {
    name: textOf(start),
    version: optionalTextIn(start, 2),
    input: optionalTextIn(start, 3),
    parent:
      parent.length === 0
        ? undefined
        : {
            name: optionalTextIn(parent, 2) ?? '',
            instanceId: textOf(contentIn(parent, 4)),
            taskScheduledId: integerIn(parent, 1),
          },
  }
}

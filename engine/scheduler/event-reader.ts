import type { Instant } from '../clock.ts'
import { type Brief, eventType, type HistoryEvent, type Started } from './event.ts'
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
  return event.says ? typeOfBrief[event.says.brief] : fieldAbove(event, 2)
}

const typeOfBrief: Readonly<Record<Brief['brief'], number>> = {
  turn: eventType.orchestratorStarted,
  start: eventType.executionStarted,
  result: eventType.taskCompleted,
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

function startedBy(event: HistoryEvent): Started {
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

/** What every run and every step brings, without the message around it; nothing for any other event. */
export function briefOf(event: HistoryEvent): Brief | undefined {
  if (event.says) return event.says
  const type = typeOf(event)
  if (type === eventType.orchestratorStarted) return { brief: 'turn', at: instantIn(event, 2) }
  if (type === eventType.executionStarted) return { brief: 'start', ...startedBy(event) }
  if (type !== eventType.taskCompleted) return undefined
  const content = contentIn(event, eventType.taskCompleted)
  return { brief: 'result', id: integerIn(content, 1), result: optionalTextIn(content, 2) }
}

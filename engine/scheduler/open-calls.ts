import { eventType, type HistoryEvent } from './event.ts'
import { typeOf } from './event-reader.ts'
import { contentIn, integerIn } from './protobuf.ts'

/** The `taskScheduled` events among `events` that no later one is the result of. */
export function openCallsAmong(events: readonly HistoryEvent[]): HistoryEvent[] {
  const open = new Map<number, HistoryEvent>()
  for (const event of events) {
    const type = typeOf(event)
    if (type === eventType.taskScheduled) open.set(integerIn(event, 1), event)
    else if (type === eventType.taskCompleted || type === eventType.taskFailed)
      open.delete(integerIn(contentIn(event, type), 1))
  }
  return [...open.values()]
}

import { eventType, type HistoryEvent, typeOf } from './event.ts'
import { contentIn, integerIn } from './protobuf.ts'

/** The `taskScheduled` events of a generation that nothing of what it was told, or is yet to be told, is the result of. */
export function openCallsAmong(
  history: readonly HistoryEvent[],
  untold: readonly HistoryEvent[],
): HistoryEvent[] {
  const open = new Map<number, HistoryEvent>()
  for (const event of history) {
    const type = typeOf(event)
    if (type === eventType.taskScheduled) open.set(integerIn(event, 1), event)
    else if (type === eventType.taskCompleted || type === eventType.taskFailed)
      open.delete(answeredBy(event, type))
  }
  for (const event of untold) open.delete(answeredBy(event, typeOf(event)))
  return [...open.values()]
}

/** The number of the action that the result of a call answers. */
function answeredBy(event: HistoryEvent, type: number): number {
  return integerIn(contentIn(event, type), 1)
}

import { isDeepStrictEqual } from 'node:util'
import { toJson, type Json } from '../json.ts'
import { Generation } from './generation.ts'
import {
  askedOf,
  happeningOf,
  type Asked,
  type Ended,
  type RecordedEvent,
  type RecordedHistory,
} from './history.ts'
import { failureOf } from './instance.ts'

/** What came of a replay. */
export type Replayed =
  | { readonly ok: true; readonly events: number }
  | {
      readonly ok: false
      /** The number, from 1, of the recorded event that is not as it was; one more than there are at the end. */
      readonly event: number
      readonly recorded: Json
      /** What the interpreter does in its place. */
      readonly now: Json
    }

/**
 * Lets this interpreter do a recorded history again: it must ask for the same things in the same order, and end the
 * same way. Like the SDK, it may be told several things before what it asked for in between is looked at.
 */
export async function replay(history: RecordedHistory): Promise<Replayed> {
  const { runId, input, startedAt, events } = history
  const generation = new Generation(runId, structuredClone(input), Date.parse(startedAt))
  await generation.begin()
  let seen = 0
  for (const [index, event] of events.entries()) {
    if ('told' in event) {
      await generation.tell(happeningOf(event))
      continue
    }
    while (isNoLongerAsked(generation, seen, event)) seen += 1
    const now = 'asked' in event ? askedAt(generation, seen) : endedNow(generation)
    if ('asked' in event) seen += 1
    if (!isSame(event, now)) return differs(index, event, now)
    if ('ended' in event) break
  }
  while (isNoLongerAsked(generation, seen)) seen += 1
  const more = askedAt(generation, seen)
  if (more) return differs(endIndex(history), events[endIndex(history)], more)
  const isOver = events.some((event) => 'ended' in event)
  const end = isOver ? undefined : endedNow(generation)
  return end ? differs(events.length, undefined, end) : { ok: true, events: events.length }
}

function differs(index: number, recorded: object | undefined, now: object | undefined): Replayed {
  return { ok: false, event: index + 1, recorded: toJson(recorded), now: toJson(now) }
}

/** Where something that was never recorded would stand: before the end. */
function endIndex({ events }: RecordedHistory): number {
  const index = events.findIndex((event) => 'ended' in event)
  return index < 0 ? events.length : index
}

/** A timer that was cancelled in the turn that asked for it has a number, and nothing else remains of it. */
function isNoLongerAsked(generation: Generation, index: number, event?: RecordedEvent): boolean {
  const id = generation.actions[index]?.id
  if (id === undefined || !generation.hasCancelled(id)) return false
  return !event || !('asked' in event) || event.id > id
}

function askedAt({ actions }: Generation, index: number): Asked | undefined {
  const action = actions[index]
  return action && askedOf(action)
}

function endedNow(generation: Generation): Ended | undefined {
  generation.close()
  const { end } = generation
  if (!end) return undefined
  if (end.ended === 'failed') return { ended: 'failed', failure: failureOf(end.error) }
  return end.ended === 'completed' ? end : { ended: 'continued' }
}

/** Compared as JSON: a recording has been written and read. */
function isSame(recorded: object, now: object | undefined): boolean {
  return isDeepStrictEqual(toJson(recorded), toJson(now))
}

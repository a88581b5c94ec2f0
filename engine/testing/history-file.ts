import { EngineError } from '../error.ts'
import { isJsonObject, type Json } from '../json.ts'
import { historyFormat, type RecordedHistory } from './history.ts'

/** Reads a file of a recorded history; refused when it is none. */
export function readHistory(file: string, text: string): RecordedHistory {
  const value = valueIn(file, text)
  const complaint = complaintAbout(value)
  if (complaint !== undefined)
    throw new EngineError(
      'usage',
      `"${file}" is no recorded history: ${complaint}; "longhaul replay RUN --save FILE" writes one`,
    )
  return value as unknown as RecordedHistory // looked at above, and what is inside it the replay compares
}

/** The text of a file of a recorded history: one event a line, so that two of them can be compared. */
export function writeHistory({ events, ...head }: RecordedHistory): string {
  const top = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  const lines = events.map((event) => `  ${JSON.stringify(event)}`)
  return `{\n${top.join(',\n')},\n"events": [\n${lines.join(',\n')}\n]\n}\n`
}

function valueIn(file: string, text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('usage', `"${file}" is no recorded history, not even JSON: ${reason}`, { cause })
  }
}

function complaintAbout(value: Json): string | undefined {
  if (!isJsonObject(value)) return 'it must be a map'
  const { format, runId, startedAt, input, events } = value
  if (format !== historyFormat)
    return `its "format" is ${JSON.stringify(format ?? null)}, and this version reads "${historyFormat}"`
  if (typeof runId !== 'string') return 'it needs "runId", a text'
  if (typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt)))
    return 'it needs "startedAt", a time'
  if (!isJsonObject(input)) return 'it needs "input", a map: what the run was started with'
  if (!Array.isArray(events)) return 'it needs "events", a list'
  const strange = events.findIndex((event: Json) => !isEvent(event))
  return strange < 0 ? undefined : `event ${strange + 1} says neither "asked" nor "told" nor "ended"`
}

function isEvent(event: Json): boolean {
  return isJsonObject(event) && ['asked', 'told', 'ended'].some((key) => typeof event[key] === 'string')
}

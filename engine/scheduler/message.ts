import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import values from '@microsoft/durabletask-js/dist/utils/pb-helper.util.js'
import type { Instant } from '../clock.ts'
import { eventType, type HistoryEvent, statusNumber } from './event.ts'
import { briefOf, eventsIn, typeOf } from './event-reader.ts'
import type { Instance } from './instance.ts'
import type { LocalTurn, News } from './local.ts'
import { type Bytes, nested, textOf, without } from './protobuf.ts'
import { callItem, type InstanceItem } from './reply.ts'
import type { CallItem, TurnItem } from './resident.ts'
import type { PlannedCall } from './turn.ts'
import { callOf } from './wire-value.ts'

// What a worker or a client in this process is told: the SDK's own messages rather than their bytes.

/** An event in the SDK's own form. */
export type EventMessage = pb.HistoryEvent

/** The work item of a call. */
export function callMessage(item: CallItem): object {
  return stubs.WorkItem.deserializeBinary(callItem(item))
}

/** What an `ActivityRequest` asks for. */
export function plannedIn(request: Bytes): PlannedCall {
  const asked = stubs.ActivityRequest.deserializeBinary(request)
  const asker = asked.getOrchestrationinstance()
  return {
    id: asked.getTaskid(),
    instance: asker?.getInstanceid() ?? '',
    generation: asker?.getExecutionid()?.getValue() ?? '',
    call: callOf(asked),
  }
}

/** What a `taskScheduled` event asks for. */
export function plannedBy(event: HistoryEvent, { id, generation }: Instance): PlannedCall {
  const decoded = stubs.HistoryEvent.deserializeBinary(event)
  const scheduled = decoded.getTaskscheduled() ?? new stubs.TaskScheduledEvent()
  return { id: decoded.getEventid(), instance: id, generation, call: callOf(scheduled) }
}

/** The work item of a turn. */
export function turnMessage(item: TurnItem): object {
  const { token, instance, delivered } = item
  const turn = new stubs.OrchestratorRequest()
  turn.setInstanceid(instance.id)
  turn.setExecutionid(values.getStringValue(instance.generation))
  if (instance.trace)
    turn.setOrchestrationtracecontext(stubs.OrchestrationTraceContext.deserializeBinary(instance.trace))
  const past = decodedWhenRead(item)
  turn.getPasteventsList = () => past
  turn.setNeweventsList(delivered.map(eventMessage))
  const work = new stubs.WorkItem()
  work.setOrchestratorrequest(turn)
  work.setCompletiontoken(token)
  return work
}

/** A turn for a worker that takes it where it is. */
export function localTurn({ instance, past, delivered }: TurnItem): LocalTurn {
  return {
    id: instance.id,
    generation: instance.generation,
    pastLength: past.measure.events,
    past: () => eventMessages(past),
    delivered: delivered.map(newsOf),
  }
}

/** An event for a worker in this process: of what every run and every step brings, no message is made unless it is asked for. */
function newsOf(event: HistoryEvent): News {
  const says = briefOf(event)
  return says ? { ...says, whole: () => eventMessage(event) } : eventMessage(event)
}

function eventMessages({ rows }: TurnItem['past']): EventMessage[] {
  return rows.flatMap((row) => eventsIn(row).map(eventMessage))
}

/** The events of a turn's history. Who has seen them already looks at their number only. */
function decodedWhenRead({ past }: TurnItem): EventMessage[] {
  if (past.measure.events === 0) return []
  let decoded: EventMessage[] | undefined
  const events = (): EventMessage[] => (decoded ??= eventMessages(past))
  return new Proxy<EventMessage[]>([], {
    get: (_, key) => (key === 'length' ? past.measure.events : Reflect.get(events(), key)),
    has: (_, key) => Reflect.has(events(), key),
  })
}

function eventMessage(event: HistoryEvent): EventMessage {
  const decoded = event.length < longText ? stubs.HistoryEvent.deserializeBinary(event) : longMessage(event)
  const type = decoded.getEventtypeCase() // looks through all fields, and is asked for again and again
  decoded.getEventtypeCase = () => type
  return decoded
}

/** From how many bytes on it is worth while to spare the stubs the text in an event: they read it letter by letter. */
const longText = 500

/** Where the events that people put data into have it: the number of the field in the event's own message. */
const textFields: ReadonlyMap<number, TextField> = new Map<number, TextField>([
  [
    eventType.executionStarted,
    { number: 3, set: (event, text) => event.getExecutionstarted()?.setInput(text) },
  ],
  [eventType.taskCompleted, { number: 2, set: (event, text) => event.getTaskcompleted()?.setResult(text) }],
  [
    eventType.subOrchestrationInstanceCompleted,
    { number: 2, set: (event, text) => event.getSuborchestrationinstancecompleted()?.setResult(text) },
  ],
  [eventType.eventRaised, { number: 2, set: (event, text) => event.getEventraised()?.setInput(text) }],
])

interface TextField {
  readonly number: number
  set(event: EventMessage, text: StringValue): unknown
}

type StringValue = ReturnType<typeof values.getStringValue>

function longMessage(event: HistoryEvent): EventMessage {
  const type = typeOf(event)
  const field = textFields.get(type)
  const [body, frame] = without(event, type)
  const [text, rest] = field && body ? without(body, field.number) : []
  if (!field || !text || !rest) return stubs.HistoryEvent.deserializeBinary(event)
  const decoded = stubs.HistoryEvent.deserializeBinary(Buffer.concat([frame, nested(type, rest)]))
  field.set(decoded, values.getStringValue(textOf(text)))
  return decoded
}

/** `GetInstanceResponse`. */
export function instanceMessage({ instance, payloads }: InstanceItem): object {
  const reply = new stubs.GetInstanceResponse()
  if (!instance) return reply
  const { input, output, customStatus, failure } = payloads
  const state = new stubs.OrchestrationState()
  state.setInstanceid(instance.id)
  state.setName(instance.name)
  state.setVersion(values.getStringValue(instance.version))
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the numbers are those of the enum
  state.setOrchestrationstatus(statusNumber(instance.status))
  state.setScheduledstarttimestamp(timestampOf(instance.startAt))
  state.setCreatedtimestamp(timestampOf(instance.createdAt))
  state.setLastupdatedtimestamp(timestampOf(instance.updatedAt))
  state.setInput(values.getStringValue(input))
  state.setOutput(values.getStringValue(output))
  state.setCustomstatus(values.getStringValue(customStatus))
  if (failure) state.setFailuredetails(stubs.TaskFailureDetails.deserializeBinary(failure))
  state.setExecutionid(values.getStringValue(instance.generation))
  state.setCompletedtimestamp(timestampOf(instance.completedAt))
  state.setParentinstanceid(values.getStringValue(instance.parent?.id))
  for (const [key, value] of Object.entries(instance.tags ?? {})) state.getTagsMap().set(key, value)
  reply.setExists(true)
  reply.setOrchestrationstate(state)
  return reply
}

function timestampOf(at: Instant | undefined): ReturnType<pb.HistoryEvent['getTimestamp']> {
  return at === undefined ? undefined : values.newTimestamp(new Date(at))
}

import type { Instant } from '../clock.ts'
import type { EndStatus, Parent, Status, Tags } from './instance.ts'
import type { PlannedCall } from './turn.ts'
import {
  type Bytes,
  flag,
  integer,
  message,
  messageAround,
  nested,
  nothing,
  optionalText,
  text,
  textMap,
  timestamp,
} from './protobuf.ts'

/** What happened to an instance: an entry of its history, or a message on its way into it, as `HistoryEvent`. */
export interface HistoryEvent extends Bytes {
  /** What it says, where whoever wrote it has kept that: who is told of it in this process need not read it. */
  says?: Brief
}

/** What every run and every step brings. */
export type Brief =
  | { readonly brief: 'turn'; readonly at: Instant }
  | (Started & { readonly brief: 'start' })
  | { readonly brief: 'result'; readonly id: number; readonly result: string | undefined }

/** What an `executionStarted` event says. */
export interface Started {
  readonly name: string
  readonly version: string | undefined
  /** JSON. */
  readonly input: string | undefined
  readonly parent:
    | { readonly name: string; readonly instanceId: string; readonly taskScheduledId: number }
    | undefined
}

/** The numbers of the event types in `HistoryEvent`. */
export const eventType = {
  executionStarted: 3,
  executionCompleted: 4,
  executionTerminated: 5,
  taskScheduled: 6,
  taskCompleted: 7,
  taskFailed: 8,
  subOrchestrationInstanceCreated: 9,
  subOrchestrationInstanceCompleted: 10,
  subOrchestrationInstanceFailed: 11,
  timerCreated: 12,
  timerFired: 13,
  orchestratorStarted: 14,
  eventSent: 16,
  eventRaised: 17,
  genericEvent: 18,
  executionSuspended: 21,
  executionResumed: 22,
  executionRewound: 30,
} as const

const statuses: readonly (Status | undefined)[] = [
  'running',
  'completed',
  undefined,
  'failed',
  'canceled',
  'terminated',
  'pending',
  'suspended',
]

/** The number of a status in `OrchestrationStatus`. */
export function statusNumber(status: Status): number {
  return statuses.indexOf(status)
}

/** The status of a number; absent for "continued as new", in which no instance stays. */
export function statusAt(number: number): Status | undefined {
  return statuses[number]
}

/** What an activity or a child is called with. */
export interface Call {
  readonly name: string
  readonly version?: string | undefined
  readonly input?: string | undefined
  /** `TraceContext`. */
  readonly trace?: Bytes | undefined
  readonly tags?: Tags | undefined
}

/** An event whose own message has these fields. */
function written(type: keyof typeof eventType, fields: readonly Bytes[], at: Instant, id = -1): HistoryEvent {
  return messageAround([integer(1, id), timestamp(2, at)], eventType[type], fields)
}

function saying(event: HistoryEvent, says: Brief): HistoryEvent {
  event.says = says
  return event
}

function optional(number: number, content: Bytes | undefined): Bytes {
  return content ? nested(number, content) : nothing
}

/** A turn begins; the interpreter takes its clock from here. */
export function orchestratorStarted(at: Instant): HistoryEvent {
  return saying(written('orchestratorStarted', [], at), { brief: 'turn', at })
}

/** A generation begins. */
export function executionStarted(
  start: Call & {
    readonly id: string
    readonly generation: string
    readonly parent?: Parent
    readonly startAt?: Instant
  },
  at: Instant,
): HistoryEvent {
  const fields = [
    text(1, start.name),
    optionalText(2, start.version),
    optionalText(3, start.input),
    nested(4, orchestrationInstance(start.id, start.generation)),
    optional(5, start.parent && parentInstance(start.parent)),
    timestamp(6, start.startAt),
    optional(7, start.trace),
    textMap(9, start.tags),
  ]
  const { name, version, input, parent } = start
  return saying(written('executionStarted', fields, at), {
    brief: 'start',
    name,
    version,
    input,
    parent: parent && { name: parent.name, instanceId: parent.id, taskScheduledId: parent.actionId },
  })
}

/** `OrchestrationInstance`: which instance, in which generation. */
function orchestrationInstance(id: string, generation: string): Bytes {
  return message(text(1, id), optionalText(2, generation))
}

function parentInstance(parent: Parent): Bytes {
  return message(
    integer(1, parent.actionId),
    optionalText(2, parent.name),
    nested(4, orchestrationInstance(parent.id, parent.generation)),
  )
}

/** The instance has ended. */
export function executionCompleted(
  end: {
    readonly id: number
    readonly status: EndStatus
    readonly output?: string
    readonly failure?: Bytes
  },
  at: Instant,
): HistoryEvent {
  const fields = [integer(1, statusNumber(end.status)), optionalText(2, end.output), optional(3, end.failure)]
  return written('executionCompleted', fields, at, end.id)
}

/** Somebody ended the instance from outside. */
export function executionTerminated(
  output: string | undefined,
  recursive: boolean,
  at: Instant,
): HistoryEvent {
  return written('executionTerminated', [optionalText(1, output), flag(2, recursive)], at)
}

/** Somebody paused the instance. */
export function executionSuspended(reason: string | undefined, at: Instant): HistoryEvent {
  return written('executionSuspended', [optionalText(1, reason)], at)
}

/** Somebody let the instance go on. */
export function executionResumed(reason: string | undefined, at: Instant): HistoryEvent {
  return written('executionResumed', [optionalText(1, reason)], at)
}

/** Somebody asked for a failed instance to try again from where it failed. */
export function executionRewound(
  reason: string | undefined,
  parentGeneration: string | undefined,
  at: Instant,
): HistoryEvent {
  const fields = [optionalText(1, reason), optionalText(2, parentGeneration)]
  return written('executionRewound', fields, at)
}

/** The instance asked for an activity. */
export function taskScheduled(id: number, call: Call, at: Instant): HistoryEvent {
  return written(
    'taskScheduled',
    [...callFields(1, call), optional(4, call.trace), textMap(5, call.tags)],
    at,
    id,
  )
}

/** An activity gave its result. */
export function taskCompleted(id: number, result: string | undefined, at: Instant): HistoryEvent {
  const event = written('taskCompleted', [integer(1, id), optionalText(2, result)], at)
  return saying(event, { brief: 'result', id, result })
}

/** An activity failed; `failure` is `TaskFailureDetails`. */
export function taskFailed(id: number, failure: Bytes, at: Instant): HistoryEvent {
  return written('taskFailed', [integer(1, id), nested(2, failure)], at)
}

/** The instance asked for a child. */
export function childCreated(id: number, child: string, call: Call, at: Instant): HistoryEvent {
  const fields = [text(1, child), ...callFields(2, call), optional(5, call.trace), textMap(6, call.tags)]
  return written('subOrchestrationInstanceCreated', fields, at, id)
}

/** Name, version and input stand side by side wherever something is called. */
function callFields(first: number, { name, version, input }: Call): Bytes[] {
  return [text(first, name), optionalText(first + 1, version), optionalText(first + 2, input)]
}

/** A child gave its result. */
export function childCompleted(id: number, result: string | undefined, at: Instant): HistoryEvent {
  return written('subOrchestrationInstanceCompleted', [integer(1, id), optionalText(2, result)], at)
}

/** A child failed; `failure` is `TaskFailureDetails`. */
export function childFailed(id: number, failure: Bytes, at: Instant): HistoryEvent {
  return written('subOrchestrationInstanceFailed', [integer(1, id), nested(2, failure)], at)
}

/** The instance set a timer. */
export function timerCreated(id: number, fireAt: Instant, at: Instant): HistoryEvent {
  return written('timerCreated', [timestamp(1, fireAt)], at, id)
}

/** A timer is due. */
export function timerFired(id: number, fireAt: Instant): HistoryEvent {
  return written('timerFired', [timestamp(1, fireAt), integer(2, id)], fireAt)
}

/** The instance sent an event to another. */
export function eventSent(
  id: number,
  to: string,
  name: string,
  input: string | undefined,
  at: Instant,
): HistoryEvent {
  return written('eventSent', [text(1, to), text(2, name), optionalText(3, input)], at, id)
}

/** Somebody raised an event. */
export function eventRaised(name: string, input: string | undefined, at: Instant): HistoryEvent {
  return written('eventRaised', [text(1, name), optionalText(2, input)], at)
}

/** Nothing happened, but the instance shall look at its history again. */
export function wakeUp(at: Instant): HistoryEvent {
  return written('genericEvent', [], at)
}

/** `TaskFailureDetails` of a failure that the hub itself declares; trying again would not help. */
export function failureDetails(type: string, what: string): Bytes {
  return message(text(1, type), text(2, what), flag(5, true))
}

/** `TaskFailureDetails` of a child that ended without a result and without a failure of its own. */
export function endedWithout(status: EndStatus, id: string): Bytes {
  return failureDetails('SubOrchestrationTerminated', `Sub-orchestration "${id}" was ${status}`)
}

/** `ActivityRequest`: what the worker of an activity is handed. */
export function activityRequest({ id, instance, generation, call }: PlannedCall): Bytes {
  return message(
    ...callFields(1, call),
    nested(4, orchestrationInstance(instance, generation)),
    integer(5, id),
    optional(6, call.trace),
    textMap(7, call.tags),
  )
}

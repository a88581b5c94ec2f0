import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as event from '../../engine/scheduler/event.ts'
import { briefOf, typeOf } from '../../engine/scheduler/event-reader.ts'
import { hasEnded, type Instance, type Status } from '../../engine/scheduler/instance.ts'
import { fieldsOf, integer, message, nested, type Bytes } from '../../engine/scheduler/protobuf.ts'
import {
  callItem,
  historyChunks,
  idsReply,
  purgeReply,
  stateOf,
  turnItem,
} from '../../engine/scheduler/reply.ts'
import { clientMethods } from '../../engine/scheduler/client-methods.ts'
import { serviceMethods } from '../../engine/scheduler/wire.ts'
import { workerMethods } from '../../engine/scheduler/worker-methods.ts'

describe('the pinned SDK', () => {
  test('is 0.4.0, whose stubs we know', () => {
    const sdk: { version: string } = createRequire(import.meta.url)('@microsoft/durabletask-js/package.json')
    const own: { dependencies: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect([sdk.version, own.dependencies['@microsoft/durabletask-js']]).toEqual(['0.4.0', '0.4.0'])
  })

  test('has no method that we overlooked', () => {
    const served = [...Object.keys(clientMethods), ...Object.keys(workerMethods)]
    const missing = Object.keys(serviceMethods).filter((name) => !served.includes(name))
    expect(missing.toSorted()).toEqual([
      'abandonTaskEntityWorkItem',
      'cleanEntityStorage',
      'completeEntityTask',
      'getEntity',
      'getWorkItems',
      'queryEntities',
      'signalEntity',
      'streamInstanceHistory',
    ])
    expect(served.filter((name) => !(name in serviceMethods))).toEqual([])
  })

  test('numbers statuses as we do', () => {
    const statuses: Status[] = [
      'running',
      'completed',
      'failed',
      'canceled',
      'terminated',
      'pending',
      'suspended',
    ]
    const numbers: Readonly<Record<string, unknown>> = { ...stubs.OrchestrationStatus }
    for (const status of statuses) {
      const number = numbers[`ORCHESTRATION_STATUS_${status.toUpperCase()}`]
      expect(event.statusNumber(status)).toBe(number)
      expect(event.statusAt(Number(number))).toBe(status)
    }
    expect(event.statusAt(stubs.OrchestrationStatus.ORCHESTRATION_STATUS_CONTINUED_AS_NEW)).toBeUndefined()
  })
})

const at = fc
  .date({ min: new Date(0), max: new Date(8.64e14), noInvalidDate: true })
  .map((date) => date.getTime())
const id = fc.integer({ min: -1, max: 2 ** 31 - 1 })
const words = fc.string({ unit: 'grapheme', maxLength: 300 })
const maybe = fc.option(words, { nil: undefined })

function read(bytes: Bytes): pb.HistoryEvent {
  return stubs.HistoryEvent.deserializeBinary(bytes)
}

describe('the SDK reads our events', () => {
  test('whenever they were, and whatever number they have', () => {
    fc.assert(
      fc.property(id, at, (number, time) => {
        const seen = read(event.timerCreated(number, time, time))
        expect(seen.getEventid()).toBe(number)
        expect(seen.getTimestamp()?.toDate().getTime()).toBe(time)
        expect(seen.getTimercreated()?.getFireat()?.toDate().getTime()).toBe(time)
        expect(typeOf(event.timerCreated(number, time, time))).toBe(event.eventType.timerCreated)
      }),
    )
  })

  /** The maps of the SDK's protobuf are plain objects, which lose this one key. */
  const keys = words.filter((key) => key !== '__proto__')

  test('with every text, and the difference between an empty one and none', () => {
    fc.assert(
      fc.property(words, maybe, maybe, fc.dictionary(keys, words), (name, version, input, tags) => {
        const call = {
          name,
          ...(version !== undefined && { version }),
          ...(input !== undefined && { input }),
          tags,
        }
        const scheduled = read(event.taskScheduled(5, call, 0)).getTaskscheduled()
        const created = read(event.childCreated(5, 'child', call, 0)).getSuborchestrationinstancecreated()
        const started = read(
          event.executionStarted({ ...call, id: 'i', generation: 'g' }, 0),
        ).getExecutionstarted()
        const request = stubs.ActivityRequest.deserializeBinary(
          event.activityRequest({ id: 5, instance: 'i', generation: 'g', call }),
        )
        for (const seen of [scheduled, created, started, request]) {
          expect(seen?.getName()).toBe(name)
          expect(seen?.getVersion()?.getValue()).toBe(version)
          expect(seen?.getInput()?.getValue()).toBe(input)
          expect(new Map(seen?.getTagsMap().toArray())).toEqual(new Map(Object.entries(tags)))
        }
        const raised = read(event.eventRaised(name, input, 0)).getEventraised()
        expect([raised?.getName(), raised?.getInput()?.getValue()]).toEqual([name, input])
      }),
    )
  })

  test('and what they are said to say is what they say', () => {
    const parent = { id: 'p', generation: 'g', name: 'around', actionId: 7 }
    fc.assert(
      fc.property(words, maybe, at, fc.boolean(), (name, text, time, isChild) => {
        const start = {
          name,
          version: text,
          input: text,
          id: 'i',
          generation: 'g',
          ...(isChild && { parent }),
        }
        for (const written of [
          event.orchestratorStarted(time),
          event.executionStarted(start, time),
          event.taskCompleted(7, text, time),
        ]) {
          const { says } = written
          expect(briefOf(new Uint8Array(written))).toEqual(says)
          expect(typeOf(new Uint8Array(written))).toBe(typeOf(written))
        }
      }),
    )
    expect(briefOf(event.timerFired(3, 5))).toBeUndefined()
  })

  const failure = event.failureDetails('kind', 'words')
  test.for([
    [event.taskCompleted(3, '1', 0), { taskcompleted: { taskscheduledid: 3, result: { value: '1' } } }],
    [
      event.taskFailed(3, failure, 0),
      {
        taskfailed: {
          taskscheduledid: 3,
          failuredetails: { errortype: 'kind', errormessage: 'words', isnonretriable: true },
        },
      },
    ],
    [
      event.childCompleted(3, undefined, 0),
      { suborchestrationinstancecompleted: { taskscheduledid: 3, result: undefined } },
    ],
    [event.childFailed(3, failure, 0), { suborchestrationinstancefailed: { taskscheduledid: 3 } }],
    [event.timerFired(3, 5000), { timerfired: { timerid: 3, fireat: { seconds: 5, nanos: 0 } } }],
    [event.orchestratorStarted(0), { orchestratorstarted: {} }],
    [
      event.executionTerminated('1', true, 0),
      { executionterminated: { input: { value: '1' }, recurse: true } },
    ],
    [
      event.executionCompleted({ id: 3, status: 'terminated', output: '1' }, 0),
      { eventid: 3, executioncompleted: { orchestrationstatus: 5, result: { value: '1' } } },
    ],
    [event.executionSuspended('why', 0), { executionsuspended: { input: { value: 'why' } } }],
    [event.executionResumed(undefined, 0), { executionresumed: { input: undefined } }],
    [
      event.executionRewound('why', 'g', 0),
      { executionrewound: { reason: { value: 'why' }, parentexecutionid: { value: 'g' } } },
    ],
    [
      event.eventSent(3, 'to', 'name', '1', 0),
      { eventid: 3, eventsent: { instanceid: 'to', name: 'name', input: { value: '1' } } },
    ],
    [event.wakeUp(0), { genericevent: { data: undefined } }],
  ] as const)('%# as %j', ([bytes, seen]) => {
    expect(read(bytes).toObject()).toMatchObject(seen)
  })
})

const instance: Instance = {
  key: 1,
  hub: 'default',
  id: 'i',
  generation: 'g',
  name: 'n',
  status: 'completed',
  createdAt: 1000,
  updatedAt: 2500,
  completedAt: 2500,
  turns: 3,
  isCalling: false,
  tags: { a: 'b' },
  parent: { id: 'p', generation: 'pg', name: 'pn', actionId: 1 },
}

describe('the SDK reads our answers', () => {
  test('the state of an instance, whole', () => {
    const payloads = { input: '1', output: '2', customStatus: '3', failure: event.failureDetails('k', 'w') }
    expect(stubs.OrchestrationState.deserializeBinary(stateOf(instance, payloads)).toObject()).toMatchObject({
      instanceid: 'i',
      name: 'n',
      version: undefined,
      orchestrationstatus: 1,
      createdtimestamp: { seconds: 1, nanos: 0 },
      lastupdatedtimestamp: { seconds: 2, nanos: 500_000_000 },
      completedtimestamp: { seconds: 2, nanos: 500_000_000 },
      input: { value: '1' },
      output: { value: '2' },
      customstatus: { value: '3' },
      failuredetails: { errortype: 'k' },
      executionid: { value: 'g' },
      parentinstanceid: { value: 'p' },
      tagsMap: [['a', 'b']],
    })
    expect(hasEnded(instance.status)).toBe(true)
  })

  test('a turn with its history, spliced from rows', () => {
    const events = [event.orchestratorStarted(1), event.eventRaised('x', '1', 2)]
    const row = message(...events.map((one) => nested(3, one)))
    const past = { rows: [row, row], measure: { events: 4, bytes: 2 * row.length } }
    const delivered = [event.wakeUp(3)]
    const item = turnItem({ do: 'turn', token: 't', instance, past, delivered })
    const seen = stubs.WorkItem.deserializeBinary(item)
    expect(seen.getCompletiontoken()).toBe('t')
    expect(seen.getOrchestratorrequest()?.getPasteventsList()).toHaveLength(4)
    expect(seen.getOrchestratorrequest()?.getNeweventsList()).toHaveLength(1)
    expect(seen.getOrchestratorrequest()?.getExecutionid()?.getValue()).toBe('g')
  })

  test('a call', () => {
    const call = { id: 300, instance: 'i', generation: 'g', call: { name: 'cook' } }
    const seen = stubs.WorkItem.deserializeBinary(callItem({ do: 'call', token: 't', call }))
    const request = seen.getActivityrequest()
    expect(request?.getTaskid()).toBe(300)
    expect(request?.getOrchestrationinstance()?.toObject()).toEqual({
      instanceid: 'i',
      executionid: { value: 'g' },
    })
    expect(seen.getCompletiontoken()).toBe('t')
  })

  test('ids, and how much was purged', () => {
    const ids = stubs.ListInstanceIdsResponse.deserializeBinary(
      idsReply(['a', '', 'ü'], { createdAt: 7, key: 42 }),
    )
    expect(ids.getInstanceidsList()).toEqual(['a', '', 'ü'])
    expect(ids.getLastinstancekey()?.getValue()).toBe('7.42')
    const purged = stubs.PurgeInstancesResponse.deserializeBinary(purgeReply(300, false))
    expect(purged.toObject()).toEqual({ deletedinstancecount: 300, iscomplete: { value: false } })
  })

  test('a history in chunks, none of them long, nothing of it lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(400), { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        (turns) => {
          const rows = turns.map((lengths) =>
            message(...lengths.map((length) => nested(3, event.eventRaised('x', 'y'.repeat(length), 0)))),
          )
          const chunks = [...historyChunks(rows, 500)]
          const lengths = chunks
            .flatMap((chunk) => stubs.HistoryChunk.deserializeBinary(chunk).getEventsList())
            .map((one) => one.getEventraised()?.getInput()?.getValue().length)
          expect(lengths).toEqual(turns.flat())
          for (const chunk of chunks) expect(chunk.length).toBeLessThan(1000)
        },
      ),
    )
  })
})

test('fields are found again, whatever their numbers and lengths', () => {
  const field = fc.record({
    number: fc.integer({ min: 1, max: 3000 }),
    content: fc.uint8Array({ maxLength: 300 }),
  })
  fc.assert(
    fc.property(fc.array(field), fc.nat(2 ** 31), (fields, number) => {
      const bytes = message(integer(1, number), ...fields.map(({ number: n, content }) => nested(n, content)))
      const found = [...fieldsOf(bytes)].filter(
        ({ content }, index) => index > 0 || number === 0 || content.length > 0,
      )
      expect(found.map((one) => one.number)).toEqual(fields.map((one) => one.number))
      expect(found.map((one) => [...one.content])).toEqual(fields.map((one) => [...one.content]))
    }),
  )
})

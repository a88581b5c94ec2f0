import stubs from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Action } from '../../engine/scheduler/action.ts'
import { eventRaised, failureDetails, orchestratorStarted } from '../../engine/scheduler/event.ts'
import type { Instance } from '../../engine/scheduler/instance.ts'
import { takeTurn, type Turn } from '../../engine/scheduler/turn.ts'

const now = Date.UTC(2030, 0, 1)

const instance: Instance = {
  key: 7,
  hub: 'default',
  id: 'order-7',
  generation: 'g',
  name: 'order',
  version: '1.0',
  status: 'running',
  createdAt: now - 1000,
  updatedAt: now - 1000,
  turns: 1,
  isCalling: false,
  parent: { id: 'shop', generation: 'p', name: 'shop', actionId: 3 },
  tags: { colour: 'blue' },
  startTrace: new Uint8Array([10, 1, 97]),
  trace: new Uint8Array([10, 1, 98]),
}

const delivered = [orchestratorStarted(now), eventRaised('go', '1', now)]

function turnOf(actions: readonly Action[], changes: Partial<Instance> = {}): Turn {
  return takeTurn({ instance: { ...instance, ...changes }, delivered }, { actions }, now)
}

/** Each event by the name of its type, as the SDK reads it. */
function seen(events: Turn['history']): pb.HistoryEvent[] {
  return events.map((event) => stubs.HistoryEvent.deserializeBinary(event))
}

describe('what an answer leaves behind', () => {
  test('the history gains what was told, then what was asked for', () => {
    const turn = turnOf([
      { do: 'call', id: 1, call: { name: 'cook', input: '"rice"' } },
      { do: 'setTimer', id: 2, fireAt: now + 5000 },
      { do: 'sendEvent', id: 3, to: 'guest', name: 'dinner', input: '"soon"' },
    ])
    const [started, raised, call, timer, sent] = seen(turn.history)

    expect(turn.history).toHaveLength(5)
    expect(started?.hasOrchestratorstarted()).toBe(true)
    expect(raised?.getEventraised()?.getName()).toBe('go')
    expect(call?.getTaskscheduled()?.getInput()?.getValue()).toBe('"rice"')
    expect(timer?.getTimercreated()?.getFireat()?.toDate().getTime()).toBe(now + 5000)
    expect(sent?.getEventsent()?.getInstanceid()).toBe('guest')
    expect([call, timer, sent].map((event) => event?.getEventid())).toEqual([1, 2, 3])
    expect(turn.instance).toMatchObject({ status: 'running', turns: 2, updatedAt: now })
  })

  test('an instance has changed when its turn ended, if others see a change, else when it heard of something', () => {
    const said = { actions: [], customStatus: '"new"' }
    const raisedAt = now - 500
    const heard = [eventRaised('go', undefined, raisedAt)]
    expect(takeTurn({ instance, delivered: heard }, said, now).instance.updatedAt).toBe(now)
    expect(takeTurn({ instance, delivered: heard }, { actions: [] }, now).instance.updatedAt).toBe(raisedAt)
    const pending = { ...instance, status: 'pending' as const }
    expect(takeTurn({ instance: pending, delivered: heard }, { actions: [] }, now).instance.updatedAt).toBe(
      now,
    )
  })

  test.for([
    ['pending', 'running'],
    ['running', 'running'],
    ['suspended', 'suspended'],
  ] as const)('an instance that was %s is %s', ([before, after]) => {
    expect(turnOf([], { status: before }).instance.status).toBe(after)
  })

  test('an activity is called in the version of its caller unless it is given another', () => {
    const { calls } = turnOf([
      { do: 'call', id: 1, call: { name: 'cook' } },
      { do: 'call', id: 2, call: { name: 'cook', version: '2.0' } },
    ])
    expect(calls).toEqual([
      { id: 1, instance: 'order-7', generation: 'g', call: { name: 'cook', version: '1.0' } },
      { id: 2, instance: 'order-7', generation: 'g', call: { name: 'cook', version: '2.0' } },
    ])
  })

  test('a child without an id gets one that follows from its parent', () => {
    const start: Action = { do: 'startChild', id: 26, call: { name: 'side dish' } }
    const [first, again] = [turnOf([start]), turnOf([start])]

    expect(first.children[0]?.child).toBe('g:001a')
    expect(again.children).toEqual(first.children)
    expect(turnOf([{ ...start, child: 'mine' }]).children[0]?.child).toBe('mine')
  })

  test('an end brings its result, and its failure', () => {
    const failure = failureDetails('burnt', 'It is black')
    const turn = turnOf([{ do: 'end', id: 4, status: 'failed', failure }])

    expect(turn.instance).toMatchObject({ status: 'failed', completedAt: now })
    expect(turn.payloads).toEqual({ failure })
    const end = seen(turn.history).at(-1)?.getExecutioncompleted()
    expect(end?.getOrchestrationstatus()).toBe(stubs.OrchestrationStatus.ORCHESTRATION_STATUS_FAILED)
    expect(end?.getFailuredetails()?.getErrormessage()).toBe('It is black')
  })

  test('what this hub cannot do ends the instance with a sentence', () => {
    const turn = turnOf([{ do: 'unsupported', what: 'serve entities' }])

    expect(turn.instance.status).toBe('failed')
    const failure = stubs.TaskFailureDetails.deserializeBinary(turn.payloads.failure ?? new Uint8Array())
    expect(failure.getErrormessage()).toBe('The embedded hub cannot serve entities')
  })
})

describe('a new generation', () => {
  const turn = turnOf([
    { do: 'call', id: 1, call: { name: 'fire and forget' } },
    { do: 'setTimer', id: 2, fireAt: now },
    { do: 'continueAsNew', input: '[1]', carried: [{ name: 'later', input: '2' }] },
  ])

  test('begins with an empty history and its new input', () => {
    expect(turn).toMatchObject({ renewed: 'continued', history: [], timers: [] })
    expect(turn.payloads).toEqual({})
    expect(turn.instance).toMatchObject({ generation: 'g-2', turns: 0, status: 'running' })
    const [start] = seen(turn.messages)
    expect(start?.getExecutionstarted()?.toObject()).toMatchObject({
      name: 'order',
      input: { value: '[1]' },
      orchestrationinstance: { instanceid: 'order-7', executionid: { value: 'g-2' } },
      parentinstance: { taskscheduledid: 3, orchestrationinstance: { instanceid: 'shop' } },
      tagsMap: [['colour', 'blue']],
    })
  })

  test('is told what the one before had not consumed', () => {
    expect(seen(turn.carried).map((event) => event.getEventraised()?.getName())).toEqual(['later'])
  })

  test('does not undo what the one before had asked for', () => {
    expect(turn.calls).toMatchObject([{ call: { name: 'fire and forget' }, generation: 'g' }])
  })

  test('belongs to the trace of who started it, not to the span of the one before', () => {
    expect(turn.instance.trace).toBeUndefined()
    expect(turn.instance.startTrace).toEqual(instance.startTrace)
  })

  test('is the same again when the turn is', () => {
    const third = turnOf([{ do: 'continueAsNew', carried: [] }], { generation: 'g-2' })
    expect(third.instance.generation).toBe('g-3')
  })
})

test('a rewound instance asks again for what its new history waits for', () => {
  const turn = turnOf([
    {
      do: 'rewind',
      generation: 'new',
      history: delivered,
      openCalls: [{ id: 1, call: { name: 'cook' } }],
      openTimers: [{ id: 2, fireAt: now }],
      openChildren: [{ id: 3, child: 'c', call: { name: 'side dish' } }],
    },
  ])

  expect(turn).toMatchObject({
    renewed: 'rewound',
    instance: { generation: 'new', turns: 1 },
    history: delivered,
    calls: [{ id: 1, generation: 'new' }],
    timers: [{ id: 2 }],
    adopted: [{ id: 3, child: 'c' }],
  })
})

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ do: fc.constant('call' as const), id: fc.nat(), call: fc.record({ name: fc.string() }) }),
  fc.record({ do: fc.constant('setTimer' as const), id: fc.nat(), fireAt: fc.nat() }),
  fc.record({ do: fc.constant('startChild' as const), id: fc.nat(), call: fc.record({ name: fc.string() }) }),
  fc.record({ do: fc.constant('terminate' as const), target: fc.string(), recursive: fc.boolean() }),
  fc.record({
    do: fc.constant('sendEvent' as const),
    id: fc.nat(),
    to: fc.string(),
    name: fc.string(),
    input: fc.string(),
  }),
)

test('every action is kept, in history and in what is to be done, and the same turn is taken again', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      const turn = turnOf(actions)
      const planned = [turn.calls, turn.timers, turn.children, turn.sent, turn.terminations]
      expect(planned.flat()).toHaveLength(actions.length)
      expect(turn.history).toHaveLength(delivered.length + actions.length - turn.terminations.length)
      expect(turnOf(actions)).toEqual(turn)
    }),
  )
})

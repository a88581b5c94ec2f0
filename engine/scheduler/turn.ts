import type { Instant } from '../clock.ts'
import type { Action, Answer, OpenChild, Rewind } from './action.ts'
import {
  type Call,
  childCreated,
  eventRaised,
  eventSent,
  executionCompleted,
  executionStarted,
  failureDetails,
  type HistoryEvent,
  taskScheduled,
  timerCreated,
  wakeUp,
} from './event.ts'
import { latestOf } from './event-reader.ts'
import { type Instance, nextGeneration, type Payloads } from './instance.ts'

/** Everything that one turn changes; the store commits all of it or nothing. */
export interface Turn {
  /** The instance as it is afterwards. */
  readonly instance: Instance
  readonly payloads: Payloads
  /** Whether, and by what, a new generation began: history, timers and results of the old one are void. */
  readonly renewed: false | 'continued' | 'rewound'
  /** What the history of the instance's generation gains. */
  readonly history: readonly HistoryEvent[]
  /** What the new generation is told first. */
  readonly messages: readonly HistoryEvent[]
  /** Events that the old generation had been told of and had not consumed. */
  readonly carried: readonly HistoryEvent[]
  readonly calls: readonly PlannedCall[]
  readonly timers: readonly { readonly id: number; readonly fireAt: Instant }[]
  readonly children: readonly PlannedChild[]
  /** Children that an earlier generation started, and that belong to this one now. */
  readonly adopted: readonly OpenChild[]
  readonly sent: readonly { readonly to: string; readonly event: HistoryEvent }[]
  readonly terminations: readonly {
    readonly target: string
    readonly output?: string
    readonly recursive: boolean
  }[]
}

/** An activity to be performed. */
export interface PlannedCall {
  readonly id: number
  /** The instance that asked. */
  readonly instance: string
  readonly generation: string
  readonly call: Call
}

/** A child to be started. */
export interface PlannedChild {
  readonly id: number
  readonly child: string
  readonly call: Call
}

/** What a turn starts from: the instance, and what the worker was told since the turn before. */
export interface TurnState {
  readonly instance: Instance
  readonly delivered: readonly HistoryEvent[]
}

/** What follows from a worker's answer. A pure function: the same answer, the same turn. */
export function takeTurn(state: TurnState, answer: Answer, now: Instant): Turn {
  const draft = new Draft(state, answer, now)
  for (const action of answer.actions) draft.perform(action)
  const { instance, history, payloads } = draft.turn
  const isSeen = instance.status !== state.instance.status || payloads.customStatus !== undefined
  const latest = !draft.turn.renewed && history.length > state.delivered.length ? now : latestOf(history)
  const updatedAt = isSeen ? now : Math.max(instance.updatedAt, latest ?? now)
  draft.turn.instance = { ...instance, updatedAt }
  return draft.turn
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

/** A turn in the making. */
class Draft {
  readonly turn: Changeable<Turn>
  readonly #now: Instant

  constructor({ instance, delivered }: TurnState, answer: Answer, now: Instant) {
    this.#now = now
    const status = instance.status === 'pending' ? 'running' : instance.status
    const trace = answer.trace ?? instance.trace
    this.turn = {
      instance: { ...instance, status, turns: instance.turns + 1, ...(trace && { trace }) },
      payloads: answer.customStatus === undefined ? {} : { customStatus: answer.customStatus },
      renewed: false,
      history: [...delivered],
      messages: [],
      carried: [],
      calls: [],
      timers: [],
      children: [],
      adopted: [],
      sent: [],
      terminations: [],
    }
  }

  perform(action: Action): void {
    const { turn } = this
    switch (action.do) {
      case 'call': {
        turn.history.push(taskScheduled(action.id, this.#versioned(action.call), this.#now))
        turn.calls.push(this.#planned(action.id, action.call))
        return
      }
      case 'setTimer': {
        turn.history.push(timerCreated(action.id, action.fireAt, this.#now))
        turn.timers.push({ id: action.id, fireAt: action.fireAt })
        return
      }
      case 'startChild': {
        const { id, call, child = childId(turn.instance.generation, id) } = action
        turn.history.push(childCreated(id, child, call, this.#now))
        turn.children.push({ id, child, call })
        return
      }
      case 'sendEvent': {
        const { id, to, name, input } = action
        turn.history.push(eventSent(id, to, name, input, this.#now))
        turn.sent.push({ to, event: eventRaised(name, input, this.#now) })
        return
      }
      case 'terminate': {
        turn.terminations.push(action)
        return
      }
      case 'end':
        return this.#end(action)
      case 'continueAsNew':
        return this.#continueAsNew(action)
      case 'rewind':
        return this.#rewind(action)
      case 'unsupported': {
        const failure = failureDetails('hub.unsupported', `The embedded hub cannot ${action.what}`)
        return this.#end({ do: 'end', id: -1, status: 'failed', failure })
      }
    }
  }

  #versioned(call: Call): Call {
    const version = call.version ?? this.turn.instance.version
    return version === undefined ? call : { ...call, version }
  }

  #planned(id: number, asked: Call): PlannedCall {
    const { instance } = this.turn
    return { id, instance: instance.id, generation: instance.generation, call: this.#versioned(asked) }
  }

  #end(end: Action & { readonly do: 'end' }): void {
    const { turn } = this
    const { status, output, failure } = end
    turn.history.push(executionCompleted(end, this.#now))
    turn.instance = { ...turn.instance, status, completedAt: this.#now }
    turn.payloads = {
      ...turn.payloads,
      ...(output !== undefined && { output }),
      ...(failure && { failure }),
    }
  }

  /** What the old generation still asked for is done, but its results will find nobody. */
  #continueAsNew({ input, version, carried }: Action & { readonly do: 'continueAsNew' }): void {
    const { turn } = this
    const { trace: _, ...instance } = turn.instance
    const generation = nextGeneration(instance.generation)
    turn.instance = { ...instance, generation, turns: 0, ...(version !== undefined && { version }) }
    turn.renewed = 'continued'
    turn.history = []
    turn.timers = []
    turn.messages = [startOf(turn.instance, input, this.#now)]
    turn.carried = carried.map((event) => eventRaised(event.name, event.input, this.#now))
  }

  #rewind(rewind: Rewind): void {
    const { turn } = this
    const generation = rewind.generation || nextGeneration(turn.instance.generation)
    turn.instance = { ...turn.instance, generation, turns: 1 }
    turn.renewed = 'rewound'
    turn.history = [...rewind.history]
    turn.calls = rewind.openCalls.map(({ id, call }) => this.#planned(id, call))
    turn.timers = [...rewind.openTimers]
    turn.adopted = [...rewind.openChildren]
    turn.messages = [wakeUp(this.#now)]
  }
}

/** Where the generation of `instance` begins. */
export function startOf(instance: Instance, input: string | undefined, at: Instant): HistoryEvent {
  const { startTrace: trace, ...rest } = instance
  return executionStarted({ ...rest, ...(input !== undefined && { input }), ...(trace && { trace }) }, at)
}

/** The id of a child that was given none: the same when the same turn is taken again. */
function childId(generation: string, actionId: number): string {
  return `${generation}:${actionId.toString(16).padStart(4, '0')}`
}

import type { Brief } from './event.ts'
import { type EventMessage, localTurn } from './message.ts'
import type { CallItem, TurnItem } from './resident.ts'
import type { Outcome } from './settle.ts'
import type { TaskHub } from './task-hub.ts'
import type { PlannedCall } from './turn.ts'
import type { ActionMessage } from './wire.ts'
import { actionOf } from './wire-action.ts'
import { endCall, endTurn, sendWork } from './worker-methods.ts'

/** A turn as a worker in this process is told of it. */
export interface LocalTurn {
  readonly id: string
  /** The wire's execution id. */
  readonly generation: string
  /** How many events its history has. */
  readonly pastLength: number
  readonly past: () => readonly EventMessage[]
  readonly delivered: readonly News[]
}

/** What a turn is told: when it begins, what its generation begins with, the result of an activity as JSON, or a message that says something else. */
export type News = EventMessage | (Brief & { readonly whole: () => EventMessage })

/** What a turn asks for. */
export interface Decision {
  readonly actions: ActionMessage[]
  readonly customStatus: string | undefined
}

/**
 * A worker in this process: what it is told and what it answers needs no wire. `answer` tells the hub, and rejects when
 * the answer does not count.
 */
export interface LocalWorker {
  takeTurn(turn: LocalTurn, answer: (decision: Decision) => Promise<void>): Promise<void>
  /** Performs an activity. */
  perform(call: PlannedCall, answer: (outcome: Outcome) => Promise<void>): Promise<void>
}

/** Lets a worker take part in the work of a hub; gives the way to leave. */
export function join(hub: TaskHub, worker: LocalWorker): () => void {
  const { dispatcher, ground } = hub
  const { committer, limits } = ground
  const take = async (item: TurnItem | CallItem): Promise<void> => {
    if (item.do === 'turn')
      return worker.takeTurn(localTurn(item), ({ actions, customStatus }) => {
        const answer = { actions: actions.map(actionOf), customStatus }
        return committer.run(() => endTurn(hub, item.token, answer))
      })
    return worker.perform(item.call, (outcome) => committer.run(() => endCall(hub, item.token, outcome)))
  }
  const connection = dispatcher.connect(
    {
      // An answer that does not count leaves the work to be handed out again, or it has been.
      send: (item) => sendWork(hub, item, () => void take(item).catch(() => {})),
      end: () => {},
    },
    { limits },
    true,
  )
  setImmediate(() => dispatcher.pump())
  const leave = (): void => dispatcher.disconnect(connection)
  return () => void committer.run(() => {}).then(leave, leave) // what it has said until now is heard
}

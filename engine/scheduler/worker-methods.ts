import type { Answer } from './action.ts'
import { type Item, readAs, type Streaming, type Unary, unary, verb } from './method.ts'
import { failureDetails } from './event.ts'
import { type Bytes, nothing } from './protobuf.ts'
import { healthPing } from './reply.ts'
import { type CallItem, Resident, type TurnItem } from './resident.ts'
import { type Outcome, settleCall, settleTurn } from './settle.ts'
import { bytesOfAnswer, bytesOfOutcome, bytesOfTurn, excess } from './size.ts'
import type { TaskHub } from './task-hub.ts'

/** What workers call, with one answer. */
export const workerMethods: Readonly<Record<string, Unary>> = {
  completeActivityTask: verb('settleCall', (hub, { token, outcome }) => endCall(hub, token, outcome)),
  completeOrchestratorTask: verb('settleTurn', (hub, { token, isPartial, ...answer }) => {
    const work = hub.dispatcher.workOf(token)
    if (!(work instanceof Resident)) return settleTurn(hub, token, answer) // which refuses it
    work.parts = [...work.parts, ...answer.actions]
    if (!isPartial) endTurn(hub, token, { ...answer, actions: work.parts })
  }),
  abandonTaskActivityWorkItem: unary('abandon', ({ token }, { hub }) => {
    hub.dispatcher.abandoned(token, 'call')
    return nothing
  }),
  abandonTaskOrchestratorWorkItem: unary('abandon', ({ token }, { hub }) => {
    hub.dispatcher.abandoned(token, 'turn')
    return nothing
  }),
}

/** `GetWorkItems`: a worker joins for as long as its stream lasts. */
export const getWorkItems: Streaming = (request, { hub, isLocal, signal }, send) => {
  const { filters, ...limits } = readAs('work', request)
  const { dispatcher, ground } = hub
  const { promise, resolve } = Promise.withResolvers<void>()
  const connection = dispatcher.connect(
    { send: (item) => sendWork(hub, item, send), end: () => leave() },
    { limits: { ...ground.limits, ...limits }, ...(filters && { filters }) },
    isLocal,
  )
  const stopPinging = ping(hub, send)
  setImmediate(() => dispatcher.pump()) // the caller may not listen yet
  const leave = (): void => {
    stopPinging()
    dispatcher.disconnect(connection)
    resolve()
  }
  const gone = signal()
  if (gone.aborted) leave()
  else gone.addEventListener('abort', leave, { once: true })
  return promise
}

/** A worker has performed an activity. */
export function endCall(hub: TaskHub, token: string, outcome: Outcome): void {
  const failure = excess(hub.ground.maxMessageBytes, 'result of the activity', bytesOfOutcome(outcome))
  settleCall(hub, token, failure ? { failure } : outcome)
}

/** A worker has taken a turn. */
export function endTurn(hub: TaskHub, token: string, answer: Answer): void {
  const failure = excess(hub.ground.maxMessageBytes, 'answer to the turn', bytesOfAnswer(answer))
  settleTurn(hub, token, failure ? { actions: [{ do: 'end', id: -1, status: 'failed', failure }] } : answer)
}

/** A history that no message can hold any more ends its run; else it would be sent in vain for ever. */
export function sendWork(hub: TaskHub, item: TurnItem | CallItem, send: (item: Item) => void): void {
  const failure =
    item.do === 'turn'
      ? (excess(hub.ground.maxMessageBytes, 'history of the run', bytesOfTurn(item)) ?? tooLong(item))
      : undefined
  if (!failure) return send(item)
  const end = { do: 'end', id: -1, status: 'failed', failure } as const
  hub.ground.committer.run(() => settleTurn(hub, item.token, { actions: [end] })).catch(() => {}) // it is handed out again, and ends then
}

/** The file has so many places for turns of one generation; the last is for the one that says why the run ended. */
const mostTurns = 0xffffff

function tooLong({ instance }: TurnItem): Bytes | undefined {
  if (instance.turns < mostTurns) return undefined
  return failureDetails('limit.size', `The run has taken ${instance.turns} turns without continuing as new`)
}

/** Says now and then that the hub is there; gives the way to stop that. */
function ping(hub: TaskHub, send: (item: Item) => void): () => void {
  let stop = (): void => {}
  const again = (): void => {
    stop = hub.ground.clock.after(pingMs, () => {
      send(healthPing)
      again()
    })
  }
  again()
  return () => stop()
}

const pingMs = 30_000

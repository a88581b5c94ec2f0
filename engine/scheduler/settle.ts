import type { Answer } from './action.ts'
import { startChild, adopt } from './family.ts'
import { taskCompleted, taskFailed, timerFired } from './event.ts'
import { hasEnded } from './instance.ts'
import type { Bytes } from './protobuf.ts'
import { Resident, ResidentCall } from './resident.ts'
import type { TaskHub } from './task-hub.ts'
import { terminate } from './terminate.ts'
import { takeTurn, type Turn } from './turn.ts'

/** What an activity gave: a result, or `TaskFailureDetails`. */
export type Outcome = { readonly result?: string } | { readonly failure: Bytes }

/** A worker has performed an activity: its result is on its way to the instance that asked. */
export function settleCall(hub: TaskHub, token: string, outcome: Outcome): void {
  const work = hub.dispatcher.answered(token, 'call')
  if (!(work instanceof ResidentCall)) return
  const { key, id, generation } = work.call
  hub.closeCall(work)
  const asker = hub.residents.findAt(key)
  if (!asker || hasEnded(asker.instance.status) || asker.instance.generation !== generation) return
  const event =
    'failure' in outcome
      ? taskFailed(id, outcome.failure, hub.now)
      : taskCompleted(id, outcome.result, hub.now)
  hub.post(asker, event, { generation })
}

/** A worker has taken a turn: everything it decided becomes true at once. */
export function settleTurn(hub: TaskHub, token: string, answer: Answer): void {
  const work = hub.dispatcher.answered(token, 'turn')
  if (!(work instanceof Resident)) return
  const { messages, delivered } = work.takeTold()
  for (const told of messages) hub.ground.store.inbox.remove(told)
  const turn = takeTurn({ instance: work.instance, delivered }, answer, hub.now)
  if (turn.renewed) renew(hub, work, turn)
  else keep(hub, work, turn)
  sendOut(hub, work, turn)
  if (hasEnded(turn.instance.status)) hub.conclude(work, turn.instance.status, turn.payloads)
  else if (!turn.renewed) hub.rest(work)
}

/** The old generation's history, timers and results go; events that were raised stay. */
function renew(hub: TaskHub, resident: Resident, turn: Turn): void {
  const unread = hub.clearInbox(resident)
  hub.ground.store.removeHistory(resident.instance.key)
  if (turn.renewed === 'rewound') hub.closeCalls(resident)
  else hub.keepCalls(resident)
  keep(hub, resident, turn)
  const { generation } = turn.instance
  for (const event of turn.messages) hub.post(resident, event, { generation })
  for (const event of turn.carried) hub.post(resident, event)
  for (const { event, generation: only } of unread) if (only === undefined) hub.post(resident, event)
}

function keep(hub: TaskHub, resident: Resident, turn: Turn): void {
  const { instance, payloads, calls } = turn
  const asks = calls.some(({ generation }) => generation === instance.generation) || hub.isCalling(resident)
  const isCalling = asks && !hasEnded(instance.status)
  hub.save(resident, instance.isCalling === isCalling ? instance : { ...instance, isCalling }, payloads)
  if (turn.history.length > 0) hub.addTurn(resident, turn.history)
}

function sendOut(hub: TaskHub, resident: Resident, turn: Turn): void {
  const { generation } = turn.instance
  for (const call of turn.calls) hub.addCall(resident, call)
  for (const { id, fireAt } of turn.timers)
    hub.post(resident, timerFired(id, fireAt), { generation, visibleAt: fireAt })
  for (const child of turn.children) startChild(hub, resident, child)
  for (const child of turn.adopted) adopt(hub, resident, child)
  for (const { to, event } of turn.sent) {
    const target = hub.residents.find(to)
    if (target && !hasEnded(target.instance.status)) hub.post(target, event)
  }
  for (const { target, output, recursive } of turn.terminations) {
    const other = hub.residents.find(target)
    if (other) terminate(hub, other, output, recursive)
  }
}

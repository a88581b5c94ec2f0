import type { Action, Rewind } from './action.ts'
import { hasEnded } from './instance.ts'
import { failureDetails, statusAt } from './event.ts'
import { present } from '../present.ts'
import { callOf, instantOf } from './wire-value.ts'
import type { EventMessage } from './message.ts'
import type { ActionMessage } from './wire.ts'

/** What a worker decided, as a record. */
export function actionOf(action: ActionMessage): Action {
  const id = action.getId()
  const call = action.getScheduletask()
  if (call) return { do: 'call', id, call: callOf(call) }
  const timer = action.getCreatetimer()
  if (timer) return { do: 'setTimer', id, fireAt: instantOf(timer.getFireat()) ?? 0 }
  const child = action.getCreatesuborchestration()
  if (child)
    return present({
      do: 'startChild' as const,
      id,
      child: child.getInstanceid() || undefined,
      call: callOf(child),
    })
  const sent = action.getSendevent()
  if (sent)
    return present({
      do: 'sendEvent' as const,
      id,
      to: sent.getInstance()?.getInstanceid() ?? '',
      name: sent.getName(),
      input: sent.getData()?.getValue(),
    })
  const end = action.getCompleteorchestration()
  if (end) return endOf(id, end)
  const other = action.getTerminateorchestration()
  if (other)
    return present({
      do: 'terminate' as const,
      target: other.getInstanceid(),
      output: other.getReason()?.getValue(),
      recursive: other.getRecurse(),
    })
  const rewind = action.getRewindorchestration()
  if (rewind) return { do: 'rewind', ...rewindOf(rewind.getNewhistoryList()) }
  return { do: 'unsupported', what: action.hasSendentitymessage() ? 'serve entities' : 'read this action' }
}

function endOf(id: number, end: NonNullable<ReturnType<ActionMessage['getCompleteorchestration']>>): Action {
  const output = end.getResult()?.getValue()
  const status = statusAt(end.getOrchestrationstatus())
  if (status === undefined)
    return present({
      do: 'continueAsNew' as const,
      input: output,
      version: end.getNewversion()?.getValue(),
      carried: carriedIn(end.getCarryovereventsList()),
    })
  if (!hasEnded(status)) {
    const failure = failureDetails('hub.unsupported', `An orchestration cannot end as "${status}"`)
    return { do: 'end', id, status: 'failed', failure }
  }
  const failure = end.getFailuredetails()?.serializeBinary()
  return present({ do: 'end' as const, id, status, output, failure })
}

function carriedIn(events: readonly EventMessage[]): { readonly name: string; readonly input?: string }[] {
  return events
    .map((event) => event.getEventraised())
    .filter((raised) => raised !== undefined)
    .map((raised) => present({ name: raised.getName(), input: raised.getInput()?.getValue() }))
}

/** What a rewritten history still waits for. */
function rewindOf(events: readonly EventMessage[]): Rewind {
  const answered = new Set(events.map(answeredBy))
  const open = events.filter((event) => !answered.has(event.getEventid()))
  const started = events.map((event) => event.getExecutionstarted()).find((event) => event !== undefined)
  const reason = events
    .map((event) => event.getExecutionrewound()?.getReason()?.getValue())
    .findLast((given) => given !== undefined)
  return {
    generation: started?.getOrchestrationinstance()?.getExecutionid()?.getValue() ?? '',
    history: events.map((event) => event.serializeBinary()),
    openCalls: open.flatMap((event) => {
      const call = event.getTaskscheduled()
      return call ? [{ id: event.getEventid(), call: callOf(call) }] : []
    }),
    openTimers: open.flatMap((event) => {
      const fireAt = instantOf(event.getTimercreated()?.getFireat())
      return fireAt === undefined ? [] : [{ id: event.getEventid(), fireAt }]
    }),
    openChildren: open.flatMap((event) => {
      const child = event.getSuborchestrationinstancecreated()
      return child
        ? [present({ id: event.getEventid(), child: child.getInstanceid(), call: callOf(child), reason })]
        : []
    }),
  }
}

/** The number of the action whose result an event brings. */
function answeredBy(event: EventMessage): number | undefined {
  return (
    event.getTaskcompleted()?.getTaskscheduledid() ??
    event.getTaskfailed()?.getTaskscheduledid() ??
    event.getSuborchestrationinstancecompleted()?.getTaskscheduledid() ??
    event.getSuborchestrationinstancefailed()?.getTaskscheduledid() ??
    event.getTimerfired()?.getTimerid()
  )
}

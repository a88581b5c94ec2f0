import type { OrchestrationContext, Task } from '@microsoft/durabletask-js'
import { isJsonObject, type Json } from '../json.ts'
import { ownEvents } from '../run.ts'
import type { Outcome, Strand } from './effect.ts'
import { Cancelled } from './ending.ts'
import { execute } from './execute.ts'
import { Fibers } from './fibers.ts'
import { LeafEffects, type Ground } from './leaf-effects.ts'
import type { Machine } from './machine.ts'
import { Mailbox } from './mailbox.ts'
import { program } from './program.ts'
import { parentsEar } from './questions.ts'
import { changed, fitted } from './report.ts'
import { messageFailure, partsOfState } from './size.ts'
import type { RunState } from './state.ts'
import { jsonOf, Wake } from './wake.ts'
import { patienceMs, Weight } from './weight.ts'

/** How long a cancelled run may clean up when the cancel does not say. */
const defaultGraceMs = 60_000

/** The events that are of interest whoever waits; those that nobody heard would be carried from history to history. */
const always = [ownEvents.cancel, ownEvents.progress, ownEvents.questions]

export type DriveOptions = Pick<Ground, 'onAbandoned'>

/** What one drive ended with: the run's outcome, or the run goes on in a new history. */
export type Driven = Outcome | 'continued'

/**
 * Performs the effects of a run as durable tasks.
 *
 * Invariants:
 * 1. The one suspension point is `yield wake`, so what wakes us is always read from history.
 * 2. A checkpoint is made only where no activity is in flight and nothing is unwinding: everything else that fibers wait
 *    for can be asked for again from their cursors. A child can once its hub knows it, which is after the turn that began
 *    it; turns are told apart by their time.
 * 3. After `continueAsNew` the state is written when the turn ends; an event that the SDK still hands to an armed task of
 *    this generation is put into that state's mail, so that it is not lost.
 */
export function* drive(
  ctx: OrchestrationContext,
  state: RunState,
  options: DriveOptions = {},
): Generator<Task<unknown>, Driven> {
  const wake = new Wake()
  const mailbox = new Mailbox(state)
  const weight = new Weight(state.limits)
  const machine = machineOf(ctx, state)
  const leaves = new LeafEffects({ ctx, machine, wake, mailbox, weight, ...options })
  const fibers = new Fibers((effect, resume) => leaves.perform(effect, resume))
  const tellParent = parentsEar(machine, (parent, told) => {
    weight.add(1)
    ctx.sendEvent(parent, ownEvents.questions, told)
  })
  const armed = new Map<string, Task<unknown>>()
  let isPatient = false
  let hasWaited = false
  let reported = state.report
  let end: Outcome | undefined

  const strand: Strand = { shield: 0 }
  const root = fibers.spawn(program(machine, strand), strand, (outcome) => {
    end = outcome
  })
  ctx.setCustomStatus(fitted(state.report))
  for (const { name, data } of state.mail.splice(0)) receive(name, data)

  for (;;) {
    settle()
    tell()
    if (end) return end
    if (isSafe() && fitsOneMessage()) return checkpoint()
    holdOrRelease()
    yield wake.sleep()
    weight.progress()
    wake.handle()
  }

  /** Advances everything that can, and takes every event that somebody waits for. */
  function settle(): void {
    do {
      fibers.advance()
      if (end) return
      if (mailbox.deliver()) continue
      arm()
      wake.handle()
    } while (mailbox.hasNews || !fibers.isIdle)
  }

  /** Sees to it that one task, and one only, waits for each event that is of interest: the SDK cannot take one back. */
  function arm(): void {
    for (const name of [...always, ...mailbox.names()]) {
      if (armed.has(name)) continue
      const task = ctx.waitForExternalEvent(name)
      armed.set(name, task)
      wake.on(task, (result) => {
        armed.delete(name)
        weight.add(2)
        weight.progress()
        receive(name, result.ok ? result.value : null)
      })
    }
  }

  function receive(name: string, data: Json): void {
    if (name === ownEvents.progress) {
      if (isJsonObject(data) && typeof data['message'] === 'string')
        machine.report({ message: data['message'] })
    } else if (name === ownEvents.cancel) cancel(data)
    else mailbox.put({ name, data })
  }

  /** Asks the run to clean up; where that takes too long, or was asked for before, it ends as it is. */
  function cancel(data: Json): void {
    const { reason, graceMs } = isJsonObject(data) ? data : {}
    const message = typeof reason === 'string' ? `The run was cancelled: ${reason}` : 'The run was cancelled'
    const giveUp = (why: string): void => {
      end = { ok: false, error: new Cancelled(why) }
    }
    if (state.report.cancelling) return giveUp('The run was cancelled a second time')
    machine.report({ cancelling: true })
    const grace = typeof graceMs === 'number' ? graceMs : defaultGraceMs
    leaves.timer(machine.now() + grace, () => giveUp('The run did not clean up in time'))
    fibers.cancel(root, message)
  }

  function tell(): void {
    if (end) machine.report({ questions: [] })
    if (state.report === reported) return
    reported = state.report
    ctx.setCustomStatus(fitted(reported))
    if (!end) tellParent()
  }

  function checkpoint(): 'continued' {
    const names = new Map([...armed].map(([name, task]) => [task, name]))
    wake.afterwards = (task) => {
      const name = names.get(task)
      if (name !== undefined) state.mail.push({ name, data: jsonOf(task) })
    }
    ctx.continueAsNew({ state }, true)
    return 'continued'
  }

  /** Whether a new history could go on from here: no call must be in flight, and no child either unless it takes long. */
  function isSafe(): boolean {
    if (!weight.isOver || fibers.isUnwinding || leaves.calls > 0 || leaves.youngestAt >= machine.now())
      return false
    return leaves.children === 0 || hasWaited
  }

  /** Whether a new history could be given this state; where not, the history grows until a step has failed for it. */
  function fitsOneMessage(): boolean {
    const excess = messageFailure('The state of this run', state, () => partsOfState(state), state.start)
    if (!excess) return true
    machine.excess = excess
    while (weight.isOver) weight.postpone()
    return false
  }

  /** Holds new work back while what is in flight ends, so that a checkpoint can be made. */
  function holdOrRelease(): void {
    if (!weight.isOver || fibers.isUnwinding) return leaves.release()
    leaves.hold()
    if (isPatient || weight.isHard) return
    isPatient = true
    leaves.timer(machine.now() + patienceMs, () => {
      isPatient = false
      hasWaited = true
      if (!leaves.isHolding || leaves.calls === 0) return
      weight.postpone()
      leaves.release()
    })
  }
}

function machineOf(ctx: OrchestrationContext, state: RunState): Machine {
  const report: Machine['report'] = (change) => {
    state.report = changed(state.report, change)
  }
  return {
    runId: ctx.instanceId,
    state,
    now: () => ctx.currentUtcDateTime.getTime(),
    execute,
    report,
    warn: (message) => {
      const warnings = state.report.warnings ?? []
      if (!warnings.includes(message)) report({ warnings: [...warnings, message] })
    },
  }
}

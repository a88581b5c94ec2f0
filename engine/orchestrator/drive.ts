import { Task, TaskFailedError, type OrchestrationContext } from '@microsoft/durabletask-js'
import { isJsonObject, type Json } from '../json.ts'
import { ownEvents } from '../run.ts'
import { Due, type Outcome } from './effect.ts'
import { Failed } from './ending.ts'
import { fromDetails } from './envelope.ts'
import { idFor } from './id.ts'
import { execute } from './execute.ts'
import { Fibers, type Fiber, type LeafEffect, type Stop } from './fibers.ts'
import type { Machine } from './machine.ts'
import { Mailbox } from './mailbox.ts'
import { program } from './program.ts'
import { changed, fitted } from './report.ts'
import type { RunState } from './state.ts'
import { patienceMs, Weight } from './weight.ts'

export interface DriveOptions {
  /** Told, outside of replay, that nobody waits for this call any more. */
  readonly onAbandoned?: (runId: string, path: string) => void
}

/** What one drive ended with: the run's outcome, or the run goes on in a new history. */
export type Driven = Outcome | 'continued'

type Leaf<D extends LeafEffect['do']> = Extract<LeafEffect, { readonly do: D }>

/**
 * Performs the effects of a run as durable tasks.
 *
 * Invariants:
 * 1. The one suspension point is `yield wake`, so what wakes us is always read from history.
 * 2. A checkpoint is made only where nothing is in flight and nothing is unwinding: everything else that fibers wait for
 *    can be asked for again from their cursors.
 * 3. After `continueAsNew` the state is written when the turn ends; an event that the SDK still hands to an armed task of
 *    this generation is put into that state's mail, so that it is not lost.
 */
export async function* drive(
  ctx: OrchestrationContext,
  state: RunState,
  options: DriveOptions = {},
): AsyncGenerator<Task<unknown>, Driven> {
  const wake = new Wake()
  const mailbox = new Mailbox(state)
  const weight = new Weight(state.limits)
  const armed = new Map<string, Task<unknown>>()
  const held = new Set<() => void>()
  let inFlight = 0
  let isHolding = false
  let hasNews = true
  let isPatient = false
  let reported = state.report
  let outcome: Outcome | undefined

  const machine: Machine = {
    runId: ctx.instanceId,
    state,
    now: () => ctx.currentUtcDateTime.getTime(),
    execute,
    report: (change) => {
      state.report = changed(state.report, change)
    },
    warn: (message) => {
      const warnings = state.report.warnings ?? []
      if (!warnings.includes(message)) machine.report({ warnings: [...warnings, message] })
    },
  }
  const fibers = new Fibers(perform)
  const root: Fiber = fibers.spawn(program(machine), { shield: 0 }, (end) => {
    outcome = end
  })
  ctx.setCustomStatus(fitted(state.report))
  for (const { name, data } of state.mail.splice(0)) receive(name, data)

  for (;;) {
    await settleAll()
    tell()
    if (outcome) return outcome
    if (weight.isOver && !fibers.isUnwinding && inFlight === 0) return checkpoint()
    holdOrRelease()
    yield wake.sleep()
    wake.handle()
  }

  /** Advances everything that can, and takes every event that somebody waits for. */
  async function settleAll(): Promise<void> {
    do {
      await fibers.advance()
      if (outcome) return
      if (hasNews) await mailbox.deliver()
      hasNews = false
      arm()
      wake.handle()
    } while (hasNews || !fibers.isIdle)
  }

  /** Sees to it that one task, and one only, waits for each event that is of interest: the SDK cannot take one back. */
  function arm(): void {
    for (const name of [ownEvents.cancel, ownEvents.progress, ...mailbox.names()]) {
      if (armed.has(name)) continue
      const task = ctx.waitForExternalEvent(name)
      armed.set(name, task)
      wake.on(task, (result) => {
        armed.delete(name)
        weight.add(2)
        receive(name, result.ok ? result.value : null)
      })
    }
  }

  function receive(name: string, data: Json): void {
    hasNews = true
    if (name === ownEvents.progress) {
      if (isJsonObject(data) && typeof data['message'] === 'string') machine.report({ message: data['message'] })
    } else if (name === ownEvents.cancel) {
      machine.report({ cancelling: true })
      fibers.cancel(root)
    } else mailbox.put({ name, data })
  }

  function tell(): void {
    if (outcome) machine.report({ questions: [] })
    if (state.report === reported) return
    reported = state.report
    ctx.setCustomStatus(fitted(reported))
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

  /** Holds new activities back while those in flight end, so that a checkpoint can be made. */
  function holdOrRelease(): void {
    isHolding = weight.isOver && !fibers.isUnwinding
    if (!isHolding) return release()
    if (held.size === 0 || isPatient || weight.isHard) return
    isPatient = true
    timer(machine.now() + patienceMs, () => {
      isPatient = false
      if (!isHolding || held.size === 0) return
      weight.postpone()
      release()
    })
  }

  function release(): void {
    isHolding = false
    for (const launch of held) launch()
    held.clear()
  }

  function perform(effect: LeafEffect, resume: (outcome: Outcome) => void): Stop {
    switch (effect.do) {
      case 'timer':
        return timer(effect.dueAt, () => resume({ ok: true, value: null }))
      case 'event':
        return event(effect, resume)
      case 'activity':
        return activity(effect, resume)
      case 'child':
        return child(effect, resume)
    }
  }

  function timer(dueAt: number, fire: () => void): Stop {
    if (dueAt <= machine.now()) {
      fire()
      return () => 'now'
    }
    weight.add(2)
    const task = ctx.createTimer(new Date(dueAt))
    wake.on(task, fire)
    return () => {
      if (!task.isComplete) task.cancel()
      wake.off(task)
      return 'now'
    }
  }

  /** Begins what may take longer than it may: `resume` is called once, with its end or with {@link Due}. */
  function within(
    dueAt: number | undefined,
    resume: (outcome: Outcome) => void,
    begin: (resume: (outcome: Outcome) => void) => () => void,
  ): Stop {
    if (dueAt === undefined) {
      const stop = begin(resume)
      return () => (stop(), 'now')
    }
    let stop = (): void => {}
    let isOver = false
    const end = (outcome: Outcome): void => {
      isOver = true
      resume(outcome)
    }
    const stopTimer = timer(dueAt, () => {
      stop()
      end({ ok: false, error: new Due('due') })
    })
    if (!isOver)
      stop = begin((outcome) => {
        stopTimer()
        end(outcome)
      })
    return () => (stopTimer(), stop(), 'now')
  }

  function event({ waiter, dueAt }: Leaf<'event'>, done: (outcome: Outcome) => void): Stop {
    return within(dueAt, done, (resume) => {
      mailbox.wait(waiter, (data) => resume({ ok: true, value: data }))
      hasNews = true
      return () => mailbox.leave(waiter)
    })
  }

  function activity({ name, request, dueAt }: Leaf<'activity'>, done: (outcome: Outcome) => void): Stop {
    return within(dueAt, done, (resume) => {
      const stop = launch(request.input, () => ctx.callActivity(name, request), resume)
      return () => {
        if (stop() && !ctx.isReplaying) options.onAbandoned?.(ctx.instanceId, request.path)
      }
    })
  }

  /** A child is never abandoned: at its due time and when it is cancelled it is asked to end, and waited for. */
  function child({ name, start, dueAt }: Leaf<'child'>, resume: (outcome: Outcome) => void): Stop {
    const instanceId = idFor(`${ctx.instanceId}/child/${(state.counter += 1)}`)
    let isOverdue = false
    let isRunning = false
    const create = (): Task<unknown> => {
      isRunning = true
      return ctx.callSubOrchestrator(name, start, { instanceId })
    }
    const drop = launch(start as unknown as Json, create, (outcome) => {
      if (!isOverdue) stopTimer?.()
      resume(isOverdue ? { ok: false, error: new Due('due') } : outcome)
    })
    const end = (): 'now' | 'later' => {
      if (isRunning) ctx.sendEvent(instanceId, ownEvents.cancel)
      else drop()
      return isRunning ? 'later' : 'now'
    }
    const stopTimer =
      dueAt === undefined
        ? undefined
        : timer(dueAt, () => {
            isOverdue = true
            if (end() === 'now') resume({ ok: false, error: new Due('due') })
          })
    return () => {
      stopTimer?.()
      return end()
    }
  }

  /** Begins work elsewhere, now or when it is no longer held; the function it gives drops it and says whether it had begun. */
  function launch(input: Json, create: () => Task<unknown>, done: (outcome: Outcome) => void): () => boolean {
    let task: Task<unknown> | undefined
    const begin = (): void => {
      inFlight += 1
      weight.add(3, input)
      const begun = create()
      task = begun
      wake.on(begun, (result) => {
        task = undefined
        inFlight -= 1
        if (result.ok) weight.add(0, result.value)
        done(result)
      })
    }
    if (isHolding) held.add(begin)
    else begin()
    return () => {
      held.delete(begin)
      if (!task) return false
      wake.off(task)
      task = undefined
      inFlight -= 1
      return true
    }
  }
}

/** The one task that a run yields: complete as soon as any task it listens to is. Waking costs nothing per sleeper. */
class Wake extends Task<null> {
  readonly #listeners = new Map<Task<unknown>, (result: Outcome) => void>()
  #completed: Task<unknown>[] = []
  /** Told of what completes after the run has continued as new. */
  afterwards: ((task: Task<unknown>) => void) | undefined

  on(task: Task<unknown>, listener: (result: Outcome) => void): void {
    this.#listeners.set(task, listener)
    // The SDK tells a task's parent of its completion; its type knows only composites of its own.
    task._parent = this as unknown as NonNullable<Task<unknown>['_parent']>
    if (task.isComplete) this.onChildCompleted(task)
  }

  off(task: Task<unknown>): void {
    this.#listeners.delete(task)
    task._parent = undefined
  }

  onChildCompleted(task: Task<unknown>): void {
    if (this.afterwards) return this.afterwards(task)
    this.#completed.push(task)
    this._isComplete = true
  }

  sleep(): this {
    this._isComplete = this.#completed.length > 0
    return this
  }

  /** Tells the listeners what completed, in order. */
  handle(): void {
    const completed = this.#completed
    this.#completed = []
    for (const task of completed) {
      const listener = this.#listeners.get(task)
      this.#listeners.delete(task)
      listener?.(resultOf(task))
    }
  }
}

function resultOf(task: Task<unknown>): Outcome {
  if (!task.isFailed) return { ok: true, value: jsonOf(task) }
  const error = task.getException()
  return { ok: false, error: error instanceof TaskFailedError ? new Failed(fromDetails(error.details)) : error }
}

/** The SDK gives what it parsed from JSON, and `undefined` where there was none. */
function jsonOf(task: Task<unknown>): Json {
  return (task.getResult() ?? null) as Json
}

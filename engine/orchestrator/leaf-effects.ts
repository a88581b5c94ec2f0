import type { OrchestrationContext, Task } from '@microsoft/durabletask-js'
import type { Json } from '../json.ts'
import { ownEvents } from '../run.ts'
import { Due, type Outcome } from './effect.ts'
import type { LeafEffect, Stop } from './fibers.ts'
import { idFor } from './id.ts'
import type { Mailbox } from './mailbox.ts'
import type { RunState } from './state.ts'
import type { Wake } from './wake.ts'
import type { Weight } from './weight.ts'

type Leaf<D extends LeafEffect['do']> = Extract<LeafEffect, { readonly do: D }>
type Resume = (outcome: Outcome) => void

/** What the leaf effects of one generation of a run are performed with. */
export interface Ground {
  readonly ctx: OrchestrationContext
  readonly state: RunState
  readonly wake: Wake
  readonly mailbox: Mailbox
  readonly weight: Weight
  /** Told, outside of replay, that nobody waits for this call any more. */
  readonly onAbandoned?: (runId: string, path: string) => void
}

/** Performs the effects that are not made of flows, as durable tasks; holds work back when told to. */
export class LeafEffects {
  /** How much work elsewhere has not ended: a new history would not hear of its end. */
  inFlight = 0
  readonly #ground: Ground
  readonly #held = new Set<() => void>()
  #isHolding = false

  constructor(ground: Ground) {
    this.#ground = ground
  }

  get hasHeld(): boolean {
    return this.#held.size > 0
  }

  get isHolding(): boolean {
    return this.#isHolding
  }

  hold(): void {
    this.#isHolding = true
  }

  release(): void {
    this.#isHolding = false
    for (const begin of this.#held) begin()
    this.#held.clear()
  }

  perform(effect: LeafEffect, resume: Resume): Stop {
    switch (effect.do) {
      case 'timer':
        return this.timer(effect.dueAt, () => resume({ ok: true, value: null }))
      case 'event':
        return this.#event(effect, resume)
      case 'activity':
        return this.#activity(effect, resume)
      case 'child':
        return this.#child(effect, resume)
      default:
        return effect satisfies never
    }
  }

  timer(dueAt: number, fire: () => void): Stop {
    const { ctx, wake, weight } = this.#ground
    if (dueAt <= ctx.currentUtcDateTime.getTime()) {
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

  #event({ waiter, dueAt }: Leaf<'event'>, done: Resume): Stop {
    const { mailbox } = this.#ground
    return this.#within(dueAt, done, (resume) => {
      mailbox.wait(waiter, (data) => resume({ ok: true, value: data }))
      return () => mailbox.leave(waiter)
    })
  }

  #activity({ name, request, dueAt }: Leaf<'activity'>, done: Resume): Stop {
    const { ctx, onAbandoned } = this.#ground
    return this.#within(dueAt, done, (resume) => {
      const drop = this.#launch(request.input, () => ctx.callActivity(name, request), resume)
      return () => {
        if (drop() && !ctx.isReplaying) onAbandoned?.(ctx.instanceId, request.path)
      }
    })
  }

  /** A child is never abandoned: at its due time and when it is cancelled it is asked to end, and waited for. */
  #child({ name, start, dueAt }: Leaf<'child'>, resume: Resume): Stop {
    const { ctx, state } = this.#ground
    const instanceId = idFor(`${ctx.instanceId}/child/${(state.counter += 1)}`)
    let isOverdue = false
    let isRunning = false
    let stopTimer: Stop | undefined
    const create = (): Task<unknown> => {
      isRunning = true
      return ctx.callSubOrchestrator(name, start, { instanceId })
    }
    const drop = this.#launch(start, create, (outcome) => {
      if (!isOverdue) stopTimer?.()
      resume(isOverdue ? overdue() : outcome)
    })
    const end = (): 'now' | 'later' => {
      if (isRunning) ctx.sendEvent(instanceId, ownEvents.cancel)
      else drop()
      return isRunning ? 'later' : 'now'
    }
    if (dueAt !== undefined)
      stopTimer = this.timer(dueAt, () => {
        isOverdue = true
        if (end() === 'now') resume(overdue())
      })
    return () => {
      stopTimer?.()
      return end()
    }
  }

  /** Begins what may take longer than it may: `done` is called once, with its end or with {@link Due}. */
  #within(dueAt: number | undefined, done: Resume, begin: (resume: Resume) => () => void): Stop {
    let stop: (() => void) | undefined
    let isOver = false
    const stopTimer =
      dueAt === undefined
        ? undefined
        : this.timer(dueAt, () => {
            isOver = true
            stop?.()
            done(overdue())
          })
    if (!isOver)
      stop = begin((outcome) => {
        stopTimer?.()
        done(outcome)
      })
    return () => {
      stopTimer?.()
      stop?.()
      return 'now'
    }
  }

  /** Begins work elsewhere, now or when it is no longer held; the function it gives drops it and says whether it had begun. */
  #launch(input: object | Json, create: () => Task<unknown>, done: Resume): () => boolean {
    const { wake, weight } = this.#ground
    let task: Task<unknown> | undefined
    const begin = (): void => {
      this.inFlight += 1
      weight.add(3, input)
      const begun = create()
      task = begun
      wake.on(begun, (result) => {
        task = undefined
        this.inFlight -= 1
        if (result.ok) weight.add(0, result.value)
        done(result)
      })
    }
    if (this.#isHolding) this.#held.add(begin)
    else begin()
    return () => {
      this.#held.delete(begin)
      if (!task) return false
      wake.off(task)
      task = undefined
      this.inFlight -= 1
      return true
    }
  }
}

function overdue(): Outcome {
  return { ok: false, error: new Due('due') }
}

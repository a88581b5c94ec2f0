import type { OrchestrationContext, Task } from '@microsoft/durabletask-js'
import type { Failure } from '../failure.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { Start } from '../language/definition.ts'
import { ownEvents } from '../run.ts'
import { Due, type Outcome } from './effect.ts'
import { Failed } from './ending.ts'
import type { ActivityRequest } from './envelope.ts'
import type { LeafEffect, Stop } from './fibers.ts'
import type { Machine } from './machine.ts'
import type { Mailbox } from './mailbox.ts'
import { hearChild } from './questions.ts'
import { sizeOf, valueFailure } from './size.ts'
import type { Wake } from './wake.ts'
import type { Weight } from './weight.ts'

type Leaf<D extends LeafEffect['do']> = Extract<LeafEffect, { readonly do: D }>
type Resume = (outcome: Outcome) => void

/** What the leaf effects of one generation of a run are performed with. */
export interface Ground {
  readonly ctx: OrchestrationContext
  readonly machine: Machine
  readonly wake: Wake
  readonly mailbox: Mailbox
  readonly weight: Weight
  /** Told, outside of replay, that nobody waits for this call any more. */
  readonly onAbandoned?: (runId: string, path: string) => void
}

/** Performs the effects that are not made of flows, as durable tasks; holds work back when told to. */
export class LeafEffects {
  /** How many activities have not ended: a new history would not hear of their ends. */
  calls = 0
  /** How many children have not ended: a new history can wait for them in another way, which costs more. */
  children = 0
  /** When the youngest child was begun, epoch ms: its hub does not know it before that turn has ended. */
  youngestAt: number = -Infinity
  readonly #ground: Ground
  readonly #held = new Set<() => void>()
  #isHolding = false

  constructor(ground: Ground) {
    this.#ground = ground
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
    const size = this.#sizeOf(request.input)
    const tooLarge = this.#inputFailure(size)
    if (tooLarge) {
      done({ ok: false, error: new Failed(tooLarge) })
      return () => 'now'
    }
    return this.#within(dueAt, done, (resume) => {
      const drop = this.#launch('calls', size, () => ctx.callActivity(name, request), resume)
      return () => {
        if (drop() && !ctx.isReplaying) onAbandoned?.(ctx.instanceId, request.path)
      }
    })
  }

  /** A child is never abandoned: at its due time and when it is cancelled it is asked to end, and waited for. */
  #child(effect: Leaf<'child'>, done: Resume): Stop {
    const { ctx, machine, mailbox } = this.#ground
    const { start, progress } = effect
    const tooLarge = 'child' in start ? this.#inputFailure(this.#sizeOf(start.child.input)) : undefined
    if (tooLarge) {
      done({ ok: false, error: new Failed(tooLarge) })
      return () => 'now'
    }
    const leave = hearChild(progress, machine, mailbox)
    const resume: Resume = (outcome) => {
      leave()
      done(outcome)
    }
    let isOverdue = false
    let stopTimer: Stop | undefined
    const drop = this.#attend(effect, (outcome) => {
      if (!isOverdue) stopTimer?.()
      resume(isOverdue ? overdue() : outcome)
    })
    const end = (): 'now' | 'later' => {
      if (drop()) {
        leave()
        return 'now'
      }
      if (!progress.isAskedToEnd) ctx.sendEvent(progress.id, ownEvents.cancel)
      progress.isAskedToEnd = true
      return 'later'
    }
    if (effect.dueAt !== undefined)
      stopTimer = this.timer(effect.dueAt, () => {
        isOverdue = true
        if (end() === 'now') resume(overdue())
      })
    return () => {
      stopTimer?.()
      return end()
    }
  }

  /** Starts a child, or waits on for one that runs; the function it gives drops it if it has not started. */
  #attend({ name, start, progress }: Leaf<'child'>, done: Resume): () => boolean {
    const { ctx } = this.#ground
    if (progress.isStarted) {
      this.#await(progress.id, done)
      return () => false
    }
    let hasStarted = false
    const create = (): Task<unknown> => {
      hasStarted = true
      progress.isStarted = true
      return ctx.callSubOrchestrator(name, start, { instanceId: progress.id })
    }
    const drop = this.#launch('children', this.#sizeOf(start), create, done)
    return () => {
      if (hasStarted) return false
      drop()
      return true
    }
  }

  /** Asks the host for the end of a child, again and again: nothing is lost when the answer comes too late for this history. */
  #await(id: string, done: Resume): void {
    const { ctx, machine, wake, weight } = this.#ground
    weight.add(3)
    const request: ActivityRequest = {
      input: { id },
      runId: ctx.instanceId,
      workflow: machine.state.start.definition.name,
      path: id,
      attempt: 1,
      idempotencyKey: `${ctx.instanceId}/${id}`,
    }
    wake.on(ctx.callActivity('longhaul.await', request), (result) => {
      if (!result.ok) return done(result)
      const { value } = result
      if (isJsonObject(value) && value['ended'] === true) done({ ok: true, value: value['output'] ?? null })
      else this.#await(id, done)
    })
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
  #launch(
    kind: 'calls' | 'children',
    bytes: number,
    create: () => Task<unknown>,
    done: Resume,
  ): () => boolean {
    const { ctx, wake, weight } = this.#ground
    let task: Task<unknown> | undefined
    const begin = (): void => {
      this[kind] += 1
      if (kind === 'children') this.youngestAt = ctx.currentUtcDateTime.getTime()
      weight.add(3, bytes)
      const begun = create()
      task = begun
      wake.on(begun, (result) => {
        task = undefined
        this[kind] -= 1
        if (result.ok) weight.add(0, this.#sizeOf(result.value))
        done(result)
      })
    }
    // With nothing in flight, a checkpoint costs nobody any waiting.
    if (weight.isOver && this.calls + this.children === 0) this.hold()
    if (this.#isHolding) this.#held.add(begin)
    else begin()
    return () => {
      this.#held.delete(begin)
      if (!task) return false
      wake.off(task)
      task = undefined
      this[kind] -= 1
      return true
    }
  }

  #sizeOf(value: Json | object | undefined): number {
    return sizeOf(value, this.#start)
  }

  #inputFailure(size: number): Failure | undefined {
    return valueFailure('The input', size, this.#start, 'hand over a file name or a part instead')
  }

  get #start(): Start {
    return this.#ground.machine.state.start
  }
}

function overdue(): Outcome {
  return { ok: false, error: new Due('due') }
}

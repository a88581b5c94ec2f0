import type { Effect, Flow, Fork, ForkEnd, Outcome, Strand } from './effect.ts'
import { Cancelled } from './ending.ts'

/** An effect that is not made of flows. */
export type LeafEffect = Exclude<Effect, Fork>

/** Gives up a leaf effect: `now`, the flow may go on; `later`, it is resumed when the effect has wound down. */
export type Stop = () => 'now' | 'later'

/** Begins a leaf effect; `resume` is called at most once, and never after `Stop` answered `now`. */
export type Perform = (effect: LeafEffect, resume: (outcome: Outcome) => void) => Stop

/** One strand of execution: a flow, what it waits for, and who is told how it ends. */
export interface Fiber {
  readonly flow: Flow
  readonly strand: Strand
  readonly settle: (outcome: Outcome) => void
  stop?: Stop
  /** A cancel that takes effect at the next effect, or when what is being stopped has wound down. */
  doom?: { readonly error: Cancelled; readonly replaces: boolean }
  isCancelled: boolean
  hasEnded: boolean
}

/**
 * Runs flows side by side.
 *
 * Invariants:
 * 1. Fibers advance one at a time, in the order in which what they waited for happened.
 * 2. A fork's flow is resumed only after every flow it started has ended, cancelled ones included.
 * 3. A cancel reaches the innermost effect that waits, and waits itself while the strand is shielded.
 */
export class Fibers {
  readonly #perform: Perform
  readonly #ready: { readonly fiber: Fiber; readonly outcome: Outcome }[] = []
  #unwinding = 0

  constructor(perform: Perform) {
    this.#perform = perform
  }

  /** Whether something was cancelled that has not ended yet. */
  get isUnwinding(): boolean {
    return this.#unwinding > 0
  }

  get isIdle(): boolean {
    return this.#ready.length === 0
  }

  spawn(flow: Flow, strand: Strand, settle: Fiber['settle']): Fiber {
    const fiber: Fiber = { flow, strand, settle, isCancelled: false, hasEnded: false }
    this.#ready.push({ fiber, outcome: { ok: true, value: null } })
    return fiber
  }

  /** Advances every fiber that can, until all wait. */
  advance(): void {
    for (let next = this.#ready.shift(); next; next = this.#ready.shift())
      this.#advance(next.fiber, next.outcome)
  }

  /** Asks a fiber, and so everything it forked, to end. */
  cancel(fiber: Fiber, message = 'The branch was cancelled'): void {
    if (fiber.hasEnded || fiber.isCancelled) return
    fiber.isCancelled = true
    this.#unwinding += 1
    const error = new Cancelled(message)
    if (fiber.strand.shield > 0) fiber.strand.pending = error
    else if (!fiber.stop) fiber.doom = { error, replaces: false }
    else if (fiber.stop() === 'now') this.#resume(fiber, { ok: false, error })
    else fiber.doom = { error, replaces: true }
  }

  #resume(fiber: Fiber, outcome: Outcome): void {
    delete fiber.stop
    const { doom } = fiber
    if (doom?.replaces) delete fiber.doom
    this.#ready.push({ fiber, outcome: doom?.replaces ? { ok: false, error: doom.error } : outcome })
  }

  #advance(fiber: Fiber, outcome: Outcome): void {
    try {
      const { done, value } = outcome.ok ? fiber.flow.next(outcome.value) : fiber.flow.throw(outcome.error)
      if (done) this.#end(fiber, { ok: true, value })
      else this.#begin(fiber, value)
    } catch (error) {
      this.#end(fiber, { ok: false, error })
    }
  }

  #end(fiber: Fiber, outcome: Outcome): void {
    fiber.hasEnded = true
    if (fiber.isCancelled) this.#unwinding -= 1
    fiber.settle(outcome)
  }

  #begin(fiber: Fiber, effect: Effect): void {
    const { doom, strand } = fiber
    if (doom) {
      delete fiber.doom
      if (strand.shield === 0)
        return void this.#ready.push({ fiber, outcome: { ok: false, error: doom.error } })
      strand.pending = doom.error
    }
    if (effect.do === 'fork') return this.#fork(effect, fiber)
    let isOver = false
    const stop = this.#perform(effect, (outcome) => {
      isOver = true
      this.#resume(fiber, outcome)
    })
    if (!isOver) fiber.stop = stop
  }

  #fork(fork: Fork, parent: Fiber): void {
    const running = new Set<Fiber>()
    let next = 0
    let end: ForkEnd | undefined
    let isConcluded = false

    let stopClock: Stop | undefined
    const conclude = (): void => {
      if (isConcluded || running.size > 0 || (!end && next < fork.indexes.length)) return
      isConcluded = true
      if (end !== 'due') stopClock?.()
      this.#resume(parent, { ok: true, value: end ?? 'all' })
    }
    const finish = (how: ForkEnd): void => {
      if (end) return
      end = how
      for (const child of running) this.cancel(child)
      conclude()
    }
    const canStart = (): boolean => !end && running.size < fork.limit && next < fork.indexes.length
    const fill = (): void => {
      for (; canStart(); next += 1) start(fork.indexes[next] ?? 0)
    }
    const start = (index: number): void => {
      const { shield, isSheltered = false } = parent.strand
      const strand: Strand = { shield: 0, isSheltered: shield > 0 || isSheltered }
      const child = this.spawn(fork.flow(index, strand), strand, (outcome) => {
        running.delete(child)
        if (!end && fork.settled(index, outcome) === 'stop') return finish('stopped')
        fill()
        conclude()
      })
      running.add(child)
    }
    parent.stop = () => {
      finish('stopped')
      return 'later'
    }
    fill()
    // Last, since it may be due already, as after a checkpoint: what had begun is cancelled then, and cleans up.
    if (fork.dueAt !== undefined)
      stopClock = this.#perform({ do: 'timer', dueAt: fork.dueAt }, () => finish('due'))
    conclude()
  }
}

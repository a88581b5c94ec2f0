import { setTimeout as pause } from 'node:timers/promises'
import { EngineError } from '../../engine/error.ts'
import { type Dice, diceOf } from './dice.ts'
import type { Plan, Promised } from './ledger.ts'
import { planOf } from './plans.ts'
import { isAway, type Letter, type Runs } from './runs.ts'

/** How many runs are under way at a time. */
const crowd = 12

/** The seeded program of a torture: what a client asks of the hub, and what it was told. */
export class Program {
  readonly promised: Promised[] = []
  /** What a client was told that must not be. */
  readonly complaints: string[] = []
  readonly #seed: number
  readonly #runs: Runs
  readonly #underWay = new Set<Promise<void>>()
  #isOver = false
  #count = 0

  constructor(seed: number, runs: Runs) {
    this.#seed = seed
    this.#runs = runs
  }

  /** Asks for more and more, until `signal` says that it is enough. */
  async go(signal: AbortSignal): Promise<void> {
    const dice = diceOf(this.#seed, 'program')
    while (!signal.aborted) {
      if (this.#underWay.size < crowd) this.#begin(planOf(dice))
      else await Promise.race(this.#underWay)
      await pause(dice.between(0, 80))
    }
  }

  /** Resolves when everything that was asked for has ended; gives what had not within `ms`. */
  async drain(ms: number): Promise<readonly string[]> {
    const drained = Promise.all(this.#underWay).then(() => 'drained')
    const outcome = await Promise.race([drained, pause(ms, 'late', { ref: false })])
    this.#isOver = true
    return outcome === 'late' ? this.promised.filter(({ end }) => !end).map(({ id }) => id) : []
  }

  #begin(plan: Plan): void {
    const id = `${plan.workflow}-${++this.#count}`
    const errand = this.#perform(id, plan, diceOf(this.#seed, id)).catch((error: unknown) => {
      this.complaints.push(`Run "${id}": ${error instanceof Error ? error.message : String(error)}`)
    })
    this.#underWay.add(errand)
    void errand.then(() => this.#underWay.delete(errand))
  }

  async #perform(id: string, plan: Plan, dice: Dice): Promise<void> {
    await this.#insist(() => this.#runs.start(id, plan))
    const { hub, workflow, ends, value, deeds = {} } = plan
    const promised: Promised = {
      id,
      hub,
      workflow,
      ends,
      deeds,
      letters: [],
      ...(value !== undefined && { value }),
    }
    this.promised.push(promised)
    const doings: Promise<void>[] = []
    if (ends === 'completed' && (workflow === 'post' || workflow === 'mailbox'))
      doings.push(this.#write(promised, dice))
    if (hub === 'sdk' && dice.once(2)) doings.push(this.#pause(id, dice))
    await Promise.all(doings)
    if (ends === 'cancelled' || ends === 'terminated') {
      await pause(dice.between(0, 600))
      let asked = 0
      await this.#insist(() => {
        asked++
        return this.#runs.stop(hub, id)
      })
      if (asked > 1) promised.deeds = {} // whoever asks again, not knowing whether it was heard, may end it at once
    }
    if (plan.isRewound) await this.#mend(id)
    promised.end = await this.#insist(() => this.#runs.end(hub, id))
    if (ends === 'failed') await this.#insist(() => this.#runs.retry(id))
    if (plan.then) await this.#followUp(plan.then, promised)
  }

  /** Rewinds a run that has failed over something that is repaired by then. */
  async #mend(id: string): Promise<void> {
    const { status } = await this.#insist(() => this.#runs.end('sdk', id))
    if (status !== 'failed') throw new Error(`It is ${status}, and was to fail first`)
    this.#runs.repair(id)
    await this.#insist(() => this.#runs.rewind(id))
    while ((await this.#insist(() => this.#runs.end('sdk', id))).status === 'failed')
      await this.#insist(() => this.#runs.rewind(id))
  }

  async #followUp(what: NonNullable<Plan['then']>, promised: Promised): Promise<void> {
    const { id, hub } = promised
    if (what === 'purge') {
      await this.#insist(() => this.#runs.purge(hub, id))
      promised.isPurged = true
      return
    }
    const again = await this.#insist(() => this.#runs.restart(id, what === 'restart as another'))
    const restarted: Promised = again === id ? promised : { ...promised, id: again }
    if (again !== id) this.promised.push(restarted)
    restarted.end = await this.#insist(() => this.#runs.end(hub, again))
  }

  async #pause(id: string, dice: Dice): Promise<void> {
    await pause(dice.between(0, 300))
    await this.#insist(() => this.#runs.suspend(id))
    await pause(dice.between(0, 300))
    await this.#insist(() => this.#runs.resume(id))
  }

  /** Sends letters: each attempt is another one, so that what arrived twice, or not at all, shows. */
  async #write({ id, hub, letters }: Promised, dice: Dice): Promise<void> {
    for (let left = dice.between(0, 8); left >= 0; left--) {
      const isLast = left === 0
      for (let isDone = false; !isDone && !this.#isOver;) {
        const name = `${id}/${letters.length}`
        const outcome = await this.#send(hub, id, { name, last: isLast, work: dice.once(3) })
        letters.push({ name, isLast, isAcknowledged: outcome === 'acknowledged' })
        isDone = outcome === 'acknowledged' || (isLast && outcome === 'ended')
        if (outcome === 'ended' && !isLast) throw new Error(`It ended before letter "${name}"`)
        await pause(dice.between(0, 120))
      }
    }
  }

  /** An earlier last letter, of which nobody knew whether it had arrived, may have ended the run. */
  async #send(hub: Promised['hub'], id: string, letter: Letter): Promise<'acknowledged' | 'away' | 'ended'> {
    try {
      await this.#runs.raise(hub, id, letter)
      return 'acknowledged'
    } catch (error) {
      if (isAway(error)) return 'away'
      if (error instanceof EngineError && error.code === 'run.ended') return 'ended'
      throw error
    }
  }

  /** Asks again for as long as the hub is away. */
  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await ask()
      } catch (error) {
        if (!isAway(error) || this.#isOver) throw error
        await pause(50)
      }
  }
}

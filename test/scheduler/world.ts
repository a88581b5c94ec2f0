import assert from 'node:assert/strict'
import { setImmediate as nextTick } from 'node:timers/promises'
import { type Call, decide, RawHub, type RawWorker, type Turn } from './raw.ts'
import type { Bench } from './sdk.ts'

/** Something that can happen to a hub. `who` picks an instance or a worker, whichever there are. */
export type Happening =
  | { readonly do: 'start' | 'raise' | 'suspend' | 'resume' | 'terminate'; readonly who: number }
  | {
      readonly do: 'answer'
      readonly who: number
      readonly asks: readonly ('call' | 'timer')[]
      readonly then: Fate
    }
  | { readonly do: 'perform' | 'abandonTurn' | 'abandonCall' | 'leave'; readonly who: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'join' | 'crash' }

export type Fate = 'wait' | 'end' | 'continueAsNew'

/** What must be true of one incarnation of an instance. */
interface Life {
  readonly id: string
  status: 'live' | 'suspended' | 'completed' | 'terminated'
  /** Numbers of the events that were raised, and how many of them turns were told that count. */
  readonly raised: number[]
  told: number
  generation: number
  nextAction: number
  timers: Map<number, { readonly dueAt: number; isTold: boolean }>
  calls: Map<number, Errand>
}

/** An activity that was asked for. */
interface Errand {
  isRecorded: boolean
  isTold: boolean
}

interface Held<T> {
  readonly item: T
  readonly holder: RawWorker
}

/** A hub beside a model of it that is too simple to be wrong. What the two disagree about fails the test. */
export class World {
  readonly #bench: Bench
  readonly #lives = new Map<string, Life>()
  /** The errands of every token that was handed out, and whether it still counts. */
  readonly #errands = new Map<string, Errand>()
  #hub: RawHub
  #workers: RawWorker[] = []
  #turns: Held<Turn>[] = []
  #calls: Held<Call>[] = []
  /** The token of the lease that counts, by instance or by call. */
  readonly #leases = new Map<string, string>()
  #raised = 0

  constructor(bench: Bench) {
    this.#bench = bench
    this.#hub = new RawHub(bench.scheduler)
    this.#workers.push(this.#hub.join(), this.#hub.join())
  }

  /** Lets everything of `batch` happen at the same moment, and looks at what comes of it. */
  async happen(batch: readonly Happening[]): Promise<void> {
    await Promise.all(batch.map((happening) => this.#do(happening)))
    await this.#settle()
  }

  /** Lets all that is left to do be done by a worker that does not fail, and looks whether it was all. */
  async conclude(): Promise<void> {
    await this.#do({ do: 'join' })
    for (const { id, status } of this.#lives.values()) if (status === 'suspended') await this.#resume(id)
    for (let quiet = 0; quiet < 3; quiet++) {
      this.#bench.clock.advance(3600_000)
      await this.#settle()
      while (this.#turns.length + this.#calls.length > 0) {
        quiet = 0
        while (this.#turns.length > 0) await this.#answer(0, [], 'wait')
        while (this.#calls.length > 0) await this.#perform(0)
        await this.#settle()
      }
    }
    for (const life of this.#lives.values()) await this.#audit(life)
  }

  async #audit(life: Life): Promise<void> {
    const state = await this.#hub.state(life.id)
    const expected = { live: [0, 6], suspended: [7], completed: [1], terminated: [5] }[life.status]
    assert.ok(expected.includes(state?.getOrchestrationstatus() ?? -1))
    if (life.status !== 'live') return
    assert.equal(life.told, life.raised.length, 'events were lost')
    for (const { isTold } of life.timers.values()) assert.ok(isTold, 'a timer never fired')
    for (const errand of life.calls.values()) assert.deepEqual(errand, { isRecorded: true, isTold: true })
  }

  async #do(happening: Happening): Promise<void> {
    const { clock } = this.#bench
    switch (happening.do) {
      case 'start':
        return await this.#start(`i-${happening.who % 3}`)
      case 'raise':
        return await this.#with(happening.who, (life) => this.#raise(life))
      case 'suspend':
        return await this.#with(happening.who, (life) => this.#suspend(life))
      case 'resume':
        return await this.#with(happening.who, (life) => this.#resume(life.id))
      case 'terminate':
        return await this.#with(happening.who, (life) => this.#terminate(life))
      case 'answer':
        return await this.#answer(happening.who, happening.asks, happening.then)
      case 'perform':
        return await this.#perform(happening.who)
      case 'abandonTurn':
        return await this.#giveBack(this.#turns, happening.who, (token) => this.#hub.abandonTurn(token))
      case 'abandonCall':
        return await this.#giveBack(this.#calls, happening.who, (token) => this.#hub.abandonCall(token))
      case 'leave':
        return await this.#leave(happening.who)
      case 'join':
        this.#workers.push(this.#hub.join())
        return
      case 'wait':
        clock.advance(happening.ms)
        return
      case 'crash':
        return await this.#crash()
    }
  }

  async #with(who: number, act: (life: Life) => Promise<void>): Promise<void> {
    const lives = [...this.#lives.values()]
    const life = lives[who % Math.max(lives.length, 1)]
    if (life) await act(life)
  }

  async #start(id: string): Promise<void> {
    const former = this.#lives.get(id)
    if (former && isLive(former)) return assert.rejects(this.#hub.start('o', id), { code: 6 })
    if (former) this.#forget(former)
    this.#lives.set(id, {
      id,
      status: 'live',
      raised: [],
      told: 0,
      generation: 1,
      nextAction: 1,
      timers: new Map(),
      calls: new Map(),
    })
    await this.#hub.start('o', id)
  }

  /** No token of this incarnation counts any more. */
  #forget({ id }: Life): void {
    for (const key of this.#leases.keys())
      if (key === id || key.startsWith(`${id}/`)) this.#leases.delete(key)
  }

  async #raise(life: Life): Promise<void> {
    const number = ++this.#raised
    if (isLive(life)) life.raised.push(number)
    await this.#hub.raise(life.id, 'x', number)
  }

  async #suspend(life: Life): Promise<void> {
    if (life.status === 'live') life.status = 'suspended'
    await this.#hub.suspend(life.id)
  }

  async #resume(id: string): Promise<void> {
    const life = this.#lives.get(id)
    if (life?.status === 'suspended') life.status = 'live'
    await this.#hub.resume(id)
  }

  async #terminate(life: Life): Promise<void> {
    if (isLive(life)) {
      life.status = 'terminated'
      this.#forget(life)
    }
    await this.#hub.terminate(life.id)
  }

  async #answer(who: number, asks: readonly ('call' | 'timer')[], fate: Fate): Promise<void> {
    const [held] = this.#turns.splice(who % Math.max(this.#turns.length, 1), 1)
    if (!held) return
    const { id, token } = held.item
    const life = this.#lives.get(id)
    const counts = this.#leases.get(id) === token
    let action = life?.nextAction ?? 1
    const dueAt = this.#bench.clock.now() + 5_000
    const actions = asks.map((ask) =>
      ask === 'call' ? decide.call(action++, 'x') : decide.timer(action++, dueAt),
    )
    if (fate === 'end') actions.push(decide.end(action++, null))
    if (fate === 'continueAsNew') actions.push(decide.continueAsNew(action++, null))
    if (counts && life) this.#accept(life, held.item, asks, fate, dueAt)
    const answered = this.#hub.completeTurn(token, actions)
    await (counts ? answered : assert.rejects(answered, { code: 5 }))
  }

  /** What a turn that counts changes in the model. */
  #accept(life: Life, turn: Turn, asks: readonly ('call' | 'timer')[], fate: Fate, dueAt: number): void {
    this.#leases.delete(life.id)
    for (const event of turn.told) {
      if (event.hasEventraised()) life.told++
      const timer = life.timers.get(event.getTimerfired()?.getTimerid() ?? -1)
      if (timer) timer.isTold = true
      const errand = life.calls.get(event.getTaskcompleted()?.getTaskscheduledid() ?? -1)
      if (errand) errand.isTold = true
    }
    for (const ask of asks) {
      const action = life.nextAction++
      if (ask === 'timer') life.timers.set(action, { dueAt, isTold: false })
      else life.calls.set(action, { isRecorded: false, isTold: false })
    }
    if (fate === 'end') life.status = 'completed'
    if (fate !== 'continueAsNew') return
    life.generation++
    life.nextAction = 1
    life.timers = new Map()
    life.calls = new Map()
  }

  async #perform(who: number): Promise<void> {
    const [held] = this.#calls.splice(who % Math.max(this.#calls.length, 1), 1)
    if (!held) return
    const { token } = held.item
    const key = [...this.#leases].find(([, lease]) => lease === token)?.[0]
    const errand = this.#errands.get(token)
    if (key !== undefined) this.#leases.delete(key)
    if (key !== undefined && errand) errand.isRecorded = true
    const performed = this.#hub.completeCall(token, null)
    await (key === undefined ? assert.rejects(performed, { code: 5 }) : performed)
  }

  async #giveBack(
    held: Held<Turn | Call>[],
    who: number,
    send: (token: string) => Promise<void>,
  ): Promise<void> {
    const [given] = held.splice(who % Math.max(held.length, 1), 1)
    if (!given) return
    for (const [key, token] of this.#leases) if (token === given.item.token) this.#leases.delete(key)
    await send(given.item.token)
  }

  /** A worker that left may still answer, until its work has gone to another: then the token changes in the model too. */
  async #leave(who: number): Promise<void> {
    const [worker] = this.#workers.splice(who % Math.max(this.#workers.length, 1), 1)
    worker?.leave()
  }

  async #crash(): Promise<void> {
    this.#workers = []
    this.#turns = []
    this.#calls = []
    this.#leases.clear()
    await this.#bench.crash()
    this.#hub = new RawHub(this.#bench.scheduler)
    this.#workers.push(this.#hub.join(), this.#hub.join())
  }

  /** Takes in what the workers were handed. */
  async #settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await nextTick()
    for (const worker of this.#workers) {
      for (const turn of worker.turns.splice(0)) this.#receive(turn, worker)
      for (const call of worker.calls.splice(0)) this.#receiveCall(call, worker)
    }
  }

  #receive(turn: Turn, holder: RawWorker): void {
    const life = this.#lives.get(turn.id)
    this.#lend(turn.id, turn.token, this.#turns)
    assert.ok(life, `a turn of "${turn.id}", which does not exist`)
    assert.equal(life.status, 'live')
    const numbers = turn.told.flatMap((event) => event.getEventraised()?.getInput()?.getValue() ?? [])
    assert.deepEqual(numbers.map(Number), life.raised.slice(life.told, life.told + numbers.length))
    for (const event of turn.told) {
      const fired = event.getTimerfired()
      if (fired) {
        const timer = life.timers.get(fired.getTimerid())
        assert.equal(timer?.isTold, false, 'a timer fired that was not set, or twice')
        assert.ok(timer.dueAt <= this.#bench.clock.now(), 'a timer fired early')
      }
      const completed = event.getTaskcompleted()
      if (completed)
        assert.deepEqual(life.calls.get(completed.getTaskscheduledid()), { isRecorded: true, isTold: false })
    }
    this.#turns.push({ item: turn, holder })
  }

  #receiveCall(call: Call, holder: RawWorker): void {
    const life = this.#lives.get(call.id)
    this.#lend(`${call.id}/${call.generation}/${call.actionId}`, call.token, this.#calls)
    const errand = call.generation === generationOf(life) ? life?.calls.get(call.actionId) : undefined
    if (errand) {
      assert.equal(errand.isRecorded, false, 'what was recorded is done again')
      this.#errands.set(call.token, errand)
    }
    this.#calls.push({ item: call, holder })
  }

  /** The lease before, if there was one, was that of a worker that is gone. */
  #lend(key: string, token: string, held: readonly Held<Turn | Call>[]): void {
    const before = this.#leases.get(key)
    const holder = held.find(({ item }) => item.token === before)?.holder
    assert.ok(!holder || !this.#workers.includes(holder), 'two workers do the same')
    this.#leases.set(key, token)
  }
}

function isLive({ status }: Life): boolean {
  return status === 'live' || status === 'suspended'
}

function generationOf(life: Life | undefined): number {
  return life?.generation ?? 0
}

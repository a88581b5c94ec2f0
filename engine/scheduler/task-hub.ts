import { randomUUID } from 'node:crypto'
import type { Clock, Instant } from '../clock.ts'
import type { Alarms } from './alarms.ts'
import type { Committer } from './commit.ts'
import { Dispatcher } from './dispatch.ts'
import { type Call, childCompleted, childFailed, endedWithout, type HistoryEvent } from './event.ts'
import { type EndStatus, hasEnded, type Instance, type Parent, type Payloads } from './instance.ts'
import { present } from '../present.ts'
import { repeated } from './protobuf.ts'
import { noSuchInstance, Refusal } from './refusal.ts'
import { type Resident, ResidentCall } from './resident.ts'
import { Residents } from './residents.ts'
import type { Message } from './inbox.ts'
import type { OpenCall, Store } from './store.ts'
import { type PlannedCall, startOf } from './turn.ts'
import { Waiters } from './waiters.ts'
import type { WorkerTerms } from './work.ts'

/** What all task hubs of a file share. */
export interface Ground {
  readonly store: Store
  readonly committer: Committer
  readonly clock: Clock
  readonly alarms: Alarms
  readonly turnLimitMs: number
  readonly maxMessageBytes: number
  /** What a worker holds that does not say itself. */
  readonly limits: WorkerTerms['limits']
}

/** What an instance is started with. */
export interface StartOf extends Call {
  readonly id: string
  readonly parent?: Parent
  readonly startAt?: Instant
}

/**
 * One task hub: its instances in memory, the workers that serve them and the callers that wait for them.
 *
 * The methods below are the smallest moves. They are made within a transaction of the committer, and change memory
 * and file alike; what is visible outside waits for the commit.
 */
export class TaskHub {
  readonly name: string
  readonly ground: Ground
  readonly dispatcher: Dispatcher
  readonly residents: Residents
  readonly waiters: Waiters
  /** The calls of each instance, by its key. */
  readonly #calls = new Map<number, Set<ResidentCall>>()

  constructor(name: string, ground: Ground) {
    const { store, clock } = ground
    this.name = name
    this.ground = ground
    this.dispatcher = new Dispatcher(clock, ground.turnLimitMs, {
      failed: (error) => ground.committer.fail(error),
      isHeld: () => ground.committer.isOpen,
    })
    this.residents = new Residents(name, store, clock)
    this.waiters = new Waiters((id) => this.residents.peek(id))
  }

  get now(): Instant {
    return this.ground.clock.now()
  }

  existing(id: string): Resident {
    const resident = this.residents.find(id)
    if (!resident) throw noSuchInstance(id)
    return resident
  }

  /** Makes an instance, with the message that starts it. */
  create({ id, input, parent, startAt, ...call }: StartOf): Resident {
    const now = this.now
    const startsLater = startAt !== undefined && startAt > now
    const instance = this.ground.store.addInstance(
      present({
        hub: this.name,
        id,
        generation: randomUUID().replaceAll('-', ''),
        name: call.name,
        version: call.version,
        status: 'pending' as const,
        createdAt: now,
        updatedAt: now,
        startAt: startsLater ? startAt : undefined,
        turns: 0,
        isCalling: false,
        parent,
        tags: call.tags,
        startTrace: call.trace,
      }),
    )
    const resident = this.residents.add(instance)
    this.post(resident, startOf(instance, input, now), {
      generation: instance.generation,
      ...(startsLater && { visibleAt: startAt }),
    })
    this.#announce(id)
    return resident
  }

  /** Sends an event to an instance. */
  post(
    resident: Resident,
    event: HistoryEvent,
    { generation, visibleAt }: { generation?: string; visibleAt?: Instant } = {},
  ): void {
    const { key } = resident.instance
    const posted = this.ground.store.addMessage({ key, generation, visibleAt, event })
    if (visibleAt !== undefined && visibleAt > this.now) this.setAlarm(posted)
    else this.deliver(resident, posted)
  }

  /** A message may be read now. */
  deliver(resident: Resident, arrived: Message): void {
    resident.admit(arrived)
    this.wake(resident)
  }

  /** Lets an instance take a turn, if there is a reason to. */
  wake(resident: Resident): void {
    if (resident.isReady) this.dispatcher.offer(resident)
  }

  /**
   * Lets an instance take its next turn only when this one is on disk: its worker goes on from an answer that counts. A
   * new generation goes on from nothing, and need not wait.
   */
  rest(resident: Resident): void {
    resident.isResting = true
    this.ground.committer.afterCommit(() => {
      resident.isResting = false
      this.wake(resident)
    })
  }

  setAlarm({ key, seq, visibleAt }: Pick<Message, 'key' | 'seq' | 'visibleAt'>): void {
    const { alarms, committer } = this.ground
    if (visibleAt !== undefined) committer.afterCommit(() => alarms.set({ at: visibleAt, key, seq }))
  }

  /** Keeps how an instance is now. */
  save(resident: Resident, instance: Instance, payloads?: Payloads): void {
    this.ground.store.instances.save(instance, resident.instance, payloads)
    resident.instance = instance
    this.#announce(instance.id)
  }

  /** What follows from an end, whoever brought it about: nothing more is told to the instance, and its parent hears of it. */
  conclude(resident: Resident, status: EndStatus, { output, failure }: Payloads): void {
    const { instance } = resident
    this.clearInbox(resident)
    this.keepCalls(resident)
    this.dispatcher.withdraw(resident)
    this.residents.retire(resident)
    if (instance.parent) {
      const { id, actionId, generation } = instance.parent
      const parent = this.residents.find(id)
      if (!parent || parent.instance.generation !== generation || hasEnded(parent.instance.status)) return
      const event =
        status === 'completed'
          ? childCompleted(actionId, output, this.now)
          : childFailed(actionId, failure ?? endedWithout(status, instance.id), this.now)
      this.post(parent, event, { generation })
    }
  }

  /** The turn that an instance has just taken becomes the last of its history. */
  addTurn(resident: Resident, events: readonly HistoryEvent[]): void {
    const { key, turns } = resident.instance
    const row = repeated(historyField, events)
    this.ground.store.addTurn(key, turns - 1, row)
    resident.history.add(row, events.length)
  }

  clearInbox(resident: Resident): Message[] {
    const { store, committer, alarms } = this.ground
    const { key } = resident.instance
    store.inbox.removeAll(key)
    committer.afterCommit(() => alarms.cancel(key))
    return resident.takeAll()
  }

  /** Whether an instance waits for results of activities that its history asks for. */
  isCalling({ instance: { key } }: Resident): boolean {
    for (const { call } of this.#calls.get(key) ?? []) if (call.seq === undefined) return true
    return false
  }

  addCall({ instance: { key, generation } }: Resident, planned: PlannedCall): void {
    const call = { ...planned, key }
    this.offerCall(planned.generation === generation ? call : this.ground.store.keepCall(call))
  }

  /** What an instance has asked for is done all the same when its history goes, or nobody looks into it any more. */
  keepCalls({ instance: { key } }: Resident): void {
    for (const work of this.#calls.get(key) ?? [])
      if (work.call.seq === undefined) work.call = this.ground.store.keepCall(work.call)
  }

  offerCall(call: OpenCall): void {
    const work = new ResidentCall(call)
    const siblings = this.#calls.get(call.key)
    if (siblings) siblings.add(work)
    else this.#calls.set(call.key, new Set([work]))
    this.dispatcher.offer(work)
  }

  closeCall(work: ResidentCall): void {
    const siblings = this.#calls.get(work.call.key)
    siblings?.delete(work)
    if (siblings?.size === 0) this.#calls.delete(work.call.key)
    this.dispatcher.withdraw(work)
    this.ground.store.removeCall(work.call)
  }

  /** Nobody shall perform what this instance asked for and has no result of. */
  closeCalls(resident: Resident): void {
    for (const work of this.#calls.get(resident.instance.key) ?? []) this.closeCall(work)
  }

  /** Forgets an instance and everything that belongs to it. */
  remove(resident: Resident): void {
    const { instance } = resident
    this.clearInbox(resident)
    this.closeCalls(resident)
    this.dispatcher.withdraw(resident)
    this.ground.store.removeInstance(instance.key)
    this.residents.drop(resident)
    this.#announce(instance.id)
  }

  childrenOf(resident: Resident): Resident[] {
    return this.ground.store.instances
      .childrenOf(resident.instance)
      .map((child) => this.residents.hold(child))
  }

  #announce(id: string): void {
    if (this.waiters.has(id)) this.ground.committer.afterCommit(() => this.waiters.notify(id))
  }

  /** Forgets everything that is not on disk. */
  reset(): void {
    this.dispatcher.reset()
    this.residents.clear()
    this.#calls.clear()
  }

  close(): void {
    this.dispatcher.close()
    this.waiters.refuseAll(new Refusal('unavailable', 'The hub has closed'))
  }
}

/** Where `OrchestratorRequest` has its history. */
const historyField = 3

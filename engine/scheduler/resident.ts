import type { Instant } from '../clock.ts'
import type { Action } from './action.ts'
import type { Message } from './inbox.ts'
import type { Lease, Work, WorkerStream } from './work.ts'
import { eventType, type HistoryEvent, orchestratorStarted } from './event.ts'
import { typeOf } from './event-reader.ts'
import { History } from './history.ts'
import { hasEnded, type Instance } from './instance.ts'
import type { Bytes } from './protobuf.ts'
import type { OpenCall } from './store.ts'
import type { PlannedCall } from './turn.ts'

/** What a worker is given for a turn. */
export interface TurnItem {
  readonly do: 'turn'
  readonly token: string
  readonly instance: Instance
  readonly past: Pick<History, 'rows' | 'measure'>
  readonly delivered: readonly HistoryEvent[]
}

/** What a worker is given for the call of an activity. */
export interface CallItem {
  readonly do: 'call'
  readonly token: string
  readonly call: PlannedCall
}

/** How much one turn is told at most; the rest waits for the next. */
const turnBytes = 4 * 1024 * 1024

/** An instance in memory, with what it has not been told yet; it is the work of its next turn. */
export class Resident implements Work {
  readonly kind = 'turn'
  lease: Lease | undefined
  isQueued = false
  setbacks = 0
  /** Whether its last turn is not on disk yet. */
  isResting = false
  /** The actions of an answer that comes in parts, so far. */
  parts: readonly Action[] = []
  readonly #now: () => Instant
  readonly #loadHistory: () => Bytes[]
  #instance: Instance
  #inbox: Message[] = []
  #history: History
  /** What the worker that holds the turn was told: the turn's start, and this many messages. */
  #told: { readonly started: HistoryEvent; readonly messages: number } | undefined

  constructor(instance: Instance, on: { now: () => Instant; loadHistory: () => Bytes[] }) {
    this.#instance = instance
    this.#now = on.now
    this.#loadHistory = on.loadHistory
    this.#history = new History(on.loadHistory, instance.turns === 0)
  }

  get instance(): Instance {
    return this.#instance
  }

  set instance(instance: Instance) {
    if (instance.generation !== this.#instance.generation)
      this.#history = new History(this.#loadHistory, instance.turns === 0)
    this.#instance = instance
  }

  get name(): string {
    return this.#instance.name
  }

  get version(): string | undefined {
    return this.#instance.version
  }

  get lane(): string {
    return laneOf(this)
  }

  /** Whether there is something to tell the instance, and it may be told. */
  get isReady(): boolean {
    const { status, turns } = this.#instance
    const first = this.#inbox[0]
    if (!first || this.isResting || status === 'suspended' || hasEnded(status)) return false
    return turns > 0 || isOf('executionStarted', first)
  }

  /** Whether memory holds nothing of it that is not on disk. */
  get isIdle(): boolean {
    return !this.isQueued && !this.lease && this.#inbox.length === 0
  }

  get history(): History {
    return this.#history
  }

  /** Takes a message in; the one that the generation begins with comes before whatever was raised early. */
  admit(message: Message): void {
    if (isOf('executionStarted', message)) this.#inbox.unshift(message)
    else this.#inbox.push(message)
  }

  handOut(to: WorkerStream, token: string): void {
    const messages = this.#batch()
    const latest = messages.reduce((at, { visibleAt = 0 }) => Math.max(at, visibleAt), this.#now())
    const told = { started: orchestratorStarted(latest), messages: messages.length }
    this.#told = told
    this.parts = []
    const delivered = [told.started, ...messages.map(({ event }) => event)]
    to.send({ do: 'turn', token, instance: this.#instance, past: this.#history, delivered })
  }

  #batch(): Message[] {
    if (isOf('executionRewound', this.#inbox[0])) return this.#inbox.slice(0, 1) // workers want it alone
    let bytes = 0
    const end = this.#inbox.findIndex(({ event }) => (bytes += event.length) > turnBytes)
    return end < 0 ? this.#inbox : this.#inbox.slice(0, Math.max(end, 1))
  }

  /** Takes out of the inbox what the worker that has answered was told. */
  takeTold(): { readonly messages: readonly Message[]; readonly delivered: readonly HistoryEvent[] } {
    if (!this.#told) throw new Error(`Instance "${this.#instance.id}" has no turn under way`)
    const messages = this.#inbox.splice(0, this.#told.messages)
    const delivered = [this.#told.started, ...messages.map(({ event }) => event)]
    this.#told = undefined
    return { messages, delivered }
  }

  /** Takes everything out of the inbox. */
  takeAll(): Message[] {
    this.#told = undefined
    return this.#inbox.splice(0)
  }
}

function isOf(type: keyof typeof eventType, message: Message | undefined): boolean {
  return message !== undefined && typeOf(message.event) === eventType[type]
}

/** Work of the same name and version is taken by the same workers. */
function laneOf({ name, version = '' }: { name: string; version?: string | undefined }): string {
  return `${name}\n${version}`
}

/** The call of an activity in memory. */
export class ResidentCall implements Work {
  readonly kind = 'call'
  readonly isReady = true
  lease: Lease | undefined
  isQueued = false
  setbacks = 0
  call: OpenCall
  readonly lane: string

  constructor(call: OpenCall) {
    this.call = call
    this.lane = laneOf(call.call)
  }

  get name(): string {
    return this.call.call.name
  }

  get version(): string | undefined {
    return this.call.call.version
  }

  handOut(to: WorkerStream, token: string): void {
    to.send({ do: 'call', token, call: this.call })
  }
}

import type { Clock, Instant } from '../clock.ts'
import { Queue } from './queue.ts'
import { Refusal } from './refusal.ts'
import type { Connection, Lease, Work, WorkerStream, WorkerTerms, WorkKind } from './work.ts'

/** How long a worker that gave work back is spared it: doubled each time, up to the longest. */
const backoffMs = { first: 250, longest: 10_000 } as const

/**
 * Hands work to workers.
 *
 * Invariants:
 * 1. Work has at most one lease, and is leased or queued or neither, never queued twice.
 * 2. An answer counts only with the token of the lease, and ends it.
 * 3. A lease lasts as long as its worker's stream; that of a turn, whose worker may hang, not longer than the limit.
 */
export class Dispatcher {
  readonly #clock: Clock
  readonly #turnLimitMs: number
  readonly #failed: (error: unknown) => void
  readonly #isHeld: () => boolean
  readonly #queues: Readonly<Record<WorkKind, Queue<Work>>> = { turn: new Queue(), call: new Queue() }
  readonly #leases = new Map<string, Lease>()
  /** How many turns were handed out before what they were told was on disk, and are still being taken. */
  #ahead = 0
  #commits = 0
  /** Work that was given back, with the way to call off its return. */
  readonly #resting = new Map<Work, () => void>()
  #connections: Connection[] = []
  #turn = 0
  #minted = 0
  #isPumping = false
  #stopWatching: (() => void) | undefined

  /**
   * `failed` hears of work that could not be handed out, because the file did not give what belongs to it. While
   * `isHeld`, there are changes that are not on disk, and nothing is handed out but turns {@link ahead}.
   */
  constructor(
    clock: Clock,
    turnLimitMs: number,
    on: { readonly failed: (error: unknown) => void; readonly isHeld: () => boolean },
  ) {
    this.#failed = on.failed
    this.#isHeld = on.isHeld
    this.#clock = clock
    this.#turnLimitMs = turnLimitMs
  }

  connect(stream: WorkerStream, terms: WorkerTerms, isLocal: boolean): Connection {
    const connection = { ...terms, isLocal, stream, held: { turn: 0, call: 0 } }
    this.#connections.push(connection)
    return connection
  }

  /** The work of a worker whose stream is gone goes to the next. */
  disconnect(connection: Connection): void {
    this.#connections = this.#connections.filter((other) => other !== connection)
    for (const kind of ['call', 'turn'] as const)
      for (const lease of this.#heldBy(connection, kind).toReversed()) this.#orphan(lease)
    this.pump()
  }

  /** Work is there, or there again; it is handed out by the next {@link pump}. */
  offer(work: Work): void {
    if (work.isQueued || work.lease?.holder) return
    work.isQueued = true
    this.#queues[work.kind].add(work)
  }

  /** How much work is with workers. */
  get leased(): number {
    return this.#leases.size
  }

  /** The work that an answer with this token would be about. */
  workOf(token: string): Work | undefined {
    return this.#leases.get(token)?.work
  }

  /** Ends the lease of an answer, which may count if this returns. */
  answered(token: string, kind: WorkKind): Work {
    const lease = this.#leases.get(token)
    if (lease?.work.kind !== kind)
      throw new Refusal(
        'notFound',
        `Nobody waits for an answer with token "${token}": it was given already, or the work has gone to another worker`,
      )
    const { work } = lease
    this.withdraw(work)
    work.setbacks = 0
    return work
  }

  /** A worker gives work back; after a while it is offered again. */
  abandoned(token: string, kind: WorkKind): void {
    const work = this.#leases.get(token)?.work
    if (work?.kind !== kind) return
    this.withdraw(work)
    const delayMs = Math.min(backoffMs.first * 2 ** work.setbacks++, backoffMs.longest)
    work.isQueued = true
    const callOff = this.#clock.after(delayMs, () => {
      this.#resting.delete(work)
      this.#queues[work.kind].add(work)
      this.pump()
    })
    this.#resting.set(work, callOff)
  }

  /** Nobody shall do this work, or go on with it; an answer to it is refused. */
  withdraw(work: Work): void {
    this.hold(work)
    if (!work.lease) return
    this.#leases.delete(work.lease.token)
    this.#letGo(work.lease)
    work.lease = undefined
  }

  /** Nobody shall be given this work; whoever has it may go on. */
  hold(work: Work): void {
    if (!work.isQueued) return
    work.isQueued = false
    const callOff = this.#resting.get(work)
    if (callOff) callOff()
    else this.#queues[work.kind].remove(work)
    this.#resting.delete(work)
  }

  /** Forgets all work, but not the workers. */
  reset(): void {
    for (const { work } of this.#leases.values()) this.withdraw(work)
    for (const work of this.#resting.keys()) this.hold(work)
    for (const queue of Object.values(this.#queues)) queue.clear()
  }

  /** Hands out what can be handed out. */
  pump(): void {
    if (!this.#isHeld())
      this.#pumping(() => {
        this.#pumpAll('turn', () => true)
        this.#pumpAll('call', () => true)
      })
  }

  /**
   * Hands turns to workers of this process ahead of the commit of what they are told. Says whether any of these is still
   * being taken.
   */
  lookAhead(): boolean {
    this.#pumping(() => this.#pumpAll('turn', ({ isLocal }) => isLocal))
    return this.#ahead > 0
  }

  /** What was handed out ahead is on disk. */
  caughtUp(): void {
    this.#ahead = 0
    this.#commits++
  }

  #pumping(handOut: () => void): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      handOut()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isPumping = false
    }
  }

  #pumpAll(kind: WorkKind, isEligible: (connection: Connection) => boolean): void {
    const queue = this.#queues[kind]
    const isWanted = (head: Work): boolean => this.#takerOf(head, isEligible) !== undefined
    for (let work = queue.take(isWanted); work; work = queue.take(isWanted)) {
      const taker = this.#takerOf(work, isEligible)
      work.isQueued = false
      if (taker && work.isReady) this.#lend(work, taker)
    }
  }

  /** The next worker, in turn, that takes such work and has room for it. */
  #takerOf(work: Work, isEligible: (connection: Connection) => boolean): Connection | undefined {
    const count = this.#connections.length
    for (let step = 0; step < count; step++) {
      const connection = this.#connections[(this.#turn + step) % count]
      if (connection && isEligible(connection) && accepts(connection, work)) return connection
    }
    return undefined
  }

  #lend(work: Work, holder: Connection): void {
    this.withdraw(work) // an answer to the lease that was lost comes too late now
    const token = `${work.kind}-${++this.#minted}-${boot}`
    const aheadOf = this.#isHeld() ? this.#commits : undefined
    const lease = { token, work, since: this.#clock.now(), holder, aheadOf }
    work.lease = lease
    this.#leases.set(token, lease)
    holder.held[work.kind]++
    if (aheadOf !== undefined) this.#ahead++
    this.#turn = this.#connections.indexOf(holder) + 1
    if (work.kind === 'turn') this.#watch()
    work.handOut(holder.stream, token)
  }

  #orphan(lease: Lease): void {
    this.#letGo(lease)
    if (lease.work.isQueued) return
    lease.work.isQueued = true
    this.#queues[lease.work.kind].addFirst(lease.work)
  }

  /** Nobody holds this lease any more. */
  #letGo(lease: Lease): void {
    if (lease.holder) lease.holder.held[lease.work.kind]--
    lease.holder = undefined
    if (lease.aheadOf === this.#commits) this.#ahead--
    lease.aheadOf = undefined
  }

  #heldBy(connection: Connection, kind: WorkKind): Lease[] {
    return [...this.#leases.values()].filter(
      ({ holder, work }) => holder === connection && work.kind === kind,
    )
  }

  /** Looks for turns without an answer, as long as there are turns. */
  #watch(): void {
    this.#stopWatching ??= this.#clock.after(this.#turnLimitMs, () => {
      this.#stopWatching = undefined
      const held = this.#connections.flatMap((connection) => this.#heldBy(connection, 'turn'))
      const late = held.filter((lease) => this.#clock.now() >= this.#limitOf(lease))
      for (const lease of late) {
        lease.work.setbacks++
        this.#orphan(lease)
      }
      if (held.length > late.length) this.#watch()
      if (late.length > 0) this.pump()
    })
  }

  /** Doubled with each time the limit was missed: a turn that takes long, rather than for ever, succeeds some time. */
  #limitOf({ since, work }: Lease): Instant {
    return since + this.#turnLimitMs * 2 ** work.setbacks
  }

  close(): void {
    this.#stopWatching?.()
    this.reset()
    for (const { stream } of this.#connections) stream.end()
  }
}

/** Tokens of an earlier process are not ours. */
const boot = process.pid.toString(36) + Date.now().toString(36)

function accepts(connection: Connection, { kind, name, version }: Work): boolean {
  if (connection.held[kind] >= connection.limits[kind]) return false
  if (!connection.filters) return true
  const versions = connection.filters[kind].get(name)
  return versions !== undefined && (versions.length === 0 || versions.includes(version ?? ''))
}

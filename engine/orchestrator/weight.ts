import type { CheckpointLimits } from './state.ts'

/** How long one drain may hold activities back before they go on, in ms. */
export const patienceMs = 10_000

/** From this many times the limits on, activities are held back until a checkpoint, however long that takes. */
const hardFactor = 16

/** How much history this generation of a run has, as counted by what its interpreter asked for and got. */
export class Weight {
  readonly #limits: CheckpointLimits
  #events = 0
  #bytes = 0
  #first: number | undefined
  #factor = 1

  constructor(limits: CheckpointLimits) {
    this.#limits = limits
  }

  add(events: number, bytes = 0): void {
    this.#events += events
    this.#bytes += bytes
  }

  /** Notes that something happened: until then a checkpoint would only ask for the same again, for ever. */
  progress(): void {
    this.#first ??= this.#events
  }

  /** Whether it is time for a checkpoint: never before what the generation began with has paid for itself. */
  get isOver(): boolean {
    if (this.#first === undefined) return false
    const { events, bytes } = this.#limits
    return (
      this.#events >= Math.max(events, 2 * this.#first) * this.#factor || this.#bytes >= bytes * this.#factor
    )
  }

  /** Whether the history is so long that work must wait for the checkpoint. */
  get isHard(): boolean {
    return this.#factor >= hardFactor
  }

  /** Lets the history grow to twice what it may: what is under way takes too long to wait for. */
  postpone(): void {
    this.#factor *= 2
  }
}

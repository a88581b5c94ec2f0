import { Fault } from './fault.ts'

/** How far an evaluation may go. Reading 100 list items, or making 512 bytes of data, counts as a step too. */
export const limits = {
  /** Evaluated nodes. */
  steps: 100_000,
  /** Nodes evaluated inside one another, recursion included; also the nesting of data that is walked. */
  depth: 750,
  /** Items of one list. */
  items: 250_000,
  /** Characters of one text: 1 MiB. */
  characters: 1_048_576,
  /** Characters of an expression's source. */
  source: 20_000,
} as const

const itemsPerStep = 100
/** Going through a small object costs about as much as looking at so many items. */
export const containerCost = 20
const bytesPerStep = 512

/** Counts what one evaluation does, and stops it at the limits. It never looks at a clock: a replay counts the same. */
export class Meter {
  readonly #steps: number
  #left: number
  #depth = 0

  constructor(steps: number = limits.steps) {
    this.#steps = steps
    this.#left = steps
  }

  /** A node begins. */
  enter(): void {
    if (++this.#depth > limits.depth)
      throw new Fault(
        'expression.limit',
        `The expression is nested more than ${limits.depth} deep`,
        'check that recursion ends, or make the recursive call the last thing the function does',
      )
    this.#spend(1)
  }

  /** A node ended. */
  leave(): void {
    this.#depth--
  }

  /** `count` items are looked at. */
  read(count: number): void {
    this.#spend(count / itemsPerStep)
  }

  /** A list of `length` items is made. */
  list(length: number): void {
    if (length > limits.items)
      throw new Fault('expression.limit', `A list of ${length} items is longer than ${limits.items}`)
    this.make(16 + length * 8)
  }

  /** An object with `keys` keys is made. */
  object(keys: number): void {
    this.make(96 + keys * 32)
  }

  /** A text of `length` characters is made. */
  text(length: number): void {
    this.fits(length)
    this.make(32 + length * 2)
  }

  /** A text that grows has `length` characters. */
  fits(length: number): void {
    if (length > limits.characters)
      throw new Fault(
        'expression.limit',
        `A text of ${length} characters is longer than ${limits.characters}`,
      )
  }

  /** Data of about `bytes` bytes is made. */
  make(bytes: number): void {
    this.#spend(bytes / bytesPerStep)
  }

  /** A list or an object with `size` parts is gone through, `depth` levels inside another. */
  walk(size: number, depth: number): void {
    if (depth > limits.depth)
      throw new Fault('expression.limit', `A value is nested more than ${limits.depth} deep`)
    this.read(containerCost + size)
  }

  #spend(steps: number): void {
    this.#left -= steps
    if (!(this.#left >= 0))
      throw new Fault(
        'expression.limit',
        `The expression takes more than ${this.#steps} steps`,
        'check that recursion ends, and work on long lists with forEach',
      )
  }
}

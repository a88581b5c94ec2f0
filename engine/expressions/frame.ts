import { Fault } from './fault.ts'
import type { Meter } from './meter.ts'
import type { Node } from './syntax.ts'
import type { Expression } from './template.ts'
import type { Value } from './value.ts'

/** What all frames of one evaluation share. */
export interface Evaluation {
  readonly meter: Meter
  /** The clock, in ms since the epoch; nothing where there is none. */
  readonly now: number | undefined
  /** The dice; nothing where there are none. */
  readonly random: (() => number) | undefined
  readonly evaluate: (node: Node, input: Value, frame: Frame) => Value
}

/** Frames deeper than this are made only by functions that wrap functions without end. */
const deepest = 1000

/** The variables that a block, a call or a tuple binds, around those of its surroundings. */
export class Frame {
  readonly evaluation: Evaluation
  /** The expression that is evaluated in this frame. */
  readonly source: Expression
  readonly #globals: (name: string) => Value
  readonly #parent: Frame | undefined
  readonly #depth: number
  readonly #names: string[] = []
  readonly #values: Value[] = []

  /** `globals` tells the variables that are not bound inside the expression. */
  constructor(evaluation: Evaluation, source: Expression, globals: (name: string) => Value, parent?: Frame) {
    this.evaluation = evaluation
    this.source = source
    this.#globals = globals
    this.#parent = parent
    this.#depth = parent ? parent.#depth + 1 : 0
    if (this.#depth > deepest)
      throw new Fault('expression.limit', `Functions are wrapped more than ${deepest} times`)
  }

  /** A frame inside this one. */
  inner(): Frame {
    return new Frame(this.evaluation, this.source, this.#globals, this)
  }

  bind(name: string, value: Value): void {
    const index = this.#names.indexOf(name)
    if (index === -1) {
      this.#names.push(name)
      this.#values.push(value)
    } else this.#values[index] = value
  }

  lookup(name: string): Value {
    // eslint-disable-next-line typescript/no-this-alias -- a loop, not a closure
    let frame: Frame | undefined = this
    while (frame) {
      const index = frame.#names.indexOf(name)
      if (index !== -1) return frame.#values[index]
      frame = frame.#parent
    }
    return this.#globals(name)
  }

  evaluate(node: Node, input: Value): Value {
    return this.evaluation.evaluate(node, input, this)
  }
}

import type { Frame } from './frame.ts'
import type { Call } from './syntax.ts'
import type { Value } from './value.ts'

/** The declared types of a function's arguments; made by JSONata from a text such as `<s-nn?:s>`. */
export interface Signature {
  readonly definition: string
  /** The arguments as the function takes them: the context put in, single values made lists. Throws what JSONata throws. */
  validate(args: readonly Value[], context: Value): Value[]
}

/** What a function does with arguments that fit its signature; `context` is the context item where it is called. */
export type Performance = (args: readonly Value[], context: Value, frame: Frame) => Value | Tail

/** A function as a value: built in, written as a lambda, or a regex. */
export class Callable {
  /** By this mark JSONata's own functions know a function. */
  readonly _jsonata_function = true
  readonly perform: Performance
  /** How many arguments it wants: `$map` passes the index and the list only to a function that takes them. */
  readonly arity: number
  readonly signature: Signature | undefined
  /** How errors name a built-in function: `$sum`. */
  readonly label: string | undefined

  constructor(perform: Performance, arity: number, signature?: Signature, label?: string) {
    this.perform = perform
    this.arity = arity
    this.signature = signature
    this.label = label
  }
}

/** A call that a lambda left to its caller: recursion in tail position takes no depth. */
export class Tail {
  readonly call: Call
  readonly input: Value
  readonly frame: Frame

  constructor(call: Call, input: Value, frame: Frame) {
    this.call = call
    this.input = input
    this.frame = frame
  }
}

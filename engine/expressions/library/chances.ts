import { Fault } from '../fault.ts'
import type { Frame } from '../frame.ts'
import type { List, Value } from '../value.ts'
import type { Functions } from './functions.ts'

/** Functions that throw dice: seeded ones, so that a replay throws the same. */
export const chances: Functions = {
  random: (frame: Frame) => diceOf(frame, 'random')(),

  /** The algorithm of JSONata's own. */
  shuffle(frame: Frame, list?: List) {
    if (list === undefined || list.length <= 1) return list
    frame.evaluation.meter.list(list.length)
    const throwDice = diceOf(frame, 'shuffle')
    const shuffled: Value[] = []
    for (const [index, item] of list.entries()) {
      const place = Math.floor(throwDice() * (index + 1))
      shuffled[index] = shuffled[place]
      shuffled[place] = item
    }
    return shuffled
  },

  /** Version 4 of RFC 9562. */
  uuid(frame: Frame) {
    const throwDice = diceOf(frame, 'uuid')
    const digit = (choices: number, from = 0): string =>
      (from + Math.floor(throwDice() * choices)).toString(16)
    const digits = (count: number): string => Array.from({ length: count }, () => digit(16)).join('')
    return `${digits(8)}-${digits(4)}-4${digits(3)}-${digit(4, 8)}${digits(3)}-${digits(12)}`
  },
}

function diceOf({ evaluation }: Frame, name: string): () => number {
  if (evaluation.random) return evaluation.random
  throw new Fault(
    'expression.failed',
    `There are no dice for $${name}() here`,
    'throw them in a step of the workflow',
  )
}

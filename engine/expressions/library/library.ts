import { Callable, type Performance, type Signature } from '../callable.ts'
import type { Meter } from '../meter.ts'
import { isNumber } from '../truth.ts'
import { isList, sequenceOf, type Value } from '../value.ts'
import { builtIns } from './catalogue.ts'
import { chances } from './chances.ts'
import type { Functions } from './functions.ts'
import { hashes } from './hashes.ts'
import { lists } from './lists.ts'
import { native, signatureOf } from './native.ts'
import { numbers } from './numbers.ts'
import { searches } from './searches.ts'
import { texts } from './texts.ts'
import { times } from './times.ts'

const ours: Functions = { ...texts, ...searches, ...lists, ...numbers, ...chances, ...hashes, ...times }

/** What only this language has. */
const beyond = new Set(['addTime', 'hash', 'parse', 'partition', 'range', 'uuid'])

/** The built-in functions: JSONata's own where they are pure and quick, ours where they must count, ask the clock or throw dice. */
export const library: ReadonlyMap<string, Callable> = new Map(
  [...builtIns.values()].map(({ name, signature, most }) => [
    name,
    beyond.has(name) ? own(name, most, signatureOf(signature)) : borrowed(name),
  ]),
)

function borrowed(name: string): Callable {
  const { implementation, signature } = native(name)
  const arity = implementation.length
  if (Object.hasOwn(ours, name)) return own(name, arity, signature)
  const focus = {
    environment: { timestamp: new Date(0) },
    createSequence: (...items: Value[]) => sequenceOf(items),
  }
  return new Callable(
    metered((passed) => implementation.apply(focus, [...passed])),
    arity,
    signature,
    name,
  )
}

function own(name: string, arity: number, signature: Signature): Callable {
  const perform = ours[name]
  if (!perform) throw new Error(`"${name}" is in the catalogue, and nowhere else`)
  const call: Performance = (passed, _context, frame) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the signature has checked what is passed
    return perform(frame, ...(passed as never[]))
  }
  return new Callable(metered(call), arity, signature, name)
}

/** Counts what a function is given and what it makes; only finite numbers go in. */
function metered(perform: Performance): Performance {
  return (passed, context, frame) => {
    const { meter } = frame.evaluation
    // A function that calls others takes more of the host's stack than what they are made of.
    meter.enter()
    for (const value of passed) measure(value, meter, 0)
    const result = perform(passed, context, frame)
    meter.leave()
    if (typeof result === 'string') meter.text(result.length)
    else if (Array.isArray(result) && !passed.includes(result)) meter.list(result.length)
    return result
  }
}

/** Lists inside lists are what JSONata's functions go through; the rest they leave alone. */
function measure(value: Value, meter: Meter, depth: number): void {
  if (typeof value === 'number') isNumber(value)
  else if (typeof value === 'string') meter.read(value.length / 8)
  else if (isList(value)) {
    // The signature looks at each item too, and not quickly.
    meter.walk(3 * value.length, depth)
    for (const item of value) if (isList(item)) measure(item, meter, depth + 1)
  }
}

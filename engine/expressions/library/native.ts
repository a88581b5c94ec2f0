import jsonata from 'jsonata'
import type { Signature } from '../callable.ts'
import type { Value } from '../value.ts'

/** A function of JSONata's own library. */
interface Native {
  readonly implementation: (this: Focus, ...passed: readonly unknown[]) => Value
  readonly signature: Signature
}

/** What JSONata's functions find behind `this`. */
export interface Focus {
  readonly environment: { readonly timestamp: Date }
  readonly createSequence: (...items: Value[]) => Value
}

const probe = jsonata('null')
const environment = environmentOf(probe)

/**
 * JSONata keeps its library to itself, but tells a callback of each evaluated node in which environment it was evaluated.
 * A constant is evaluated before `evaluate` returns, so that nothing needs to be awaited.
 */
function environmentOf(expression: jsonata.Expression): jsonata.Environment {
  let found: jsonata.Environment | undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `assign` takes symbols, and its type does not say so
  const hook = Symbol.for('jsonata.__evaluate_exit') as unknown as string
  expression.assign(hook, (_node: unknown, _input: unknown, reached: jsonata.Environment) => {
    found = reached
  })
  void expression.evaluate(null)
  if (!found) throw new Error('JSONata no longer tells its environment')
  return found
}

/** The function `name` of JSONata's library. */
export function native(name: string): Native {
  const found: unknown = environment.lookup(name)
  if (!isNative(found)) throw new Error(`JSONata has no function "${name}"`)
  return found
}

/** What checks arguments against a signature such as `<s-n?:s>`. */
export function signatureOf(text: string): Signature {
  probe.registerFunction('signature', () => undefined, text)
  return native('signature').signature
}

function isNative(value: unknown): value is Native {
  return typeof value === 'object' && value !== null && 'implementation' in value && 'signature' in value
}

import { apply } from './call.ts'
import { Callable, type Signature } from './callable.ts'
import { Fault, shown } from './fault.ts'
import type { Frame } from './frame.ts'
import { library } from './library/library.ts'
import { signatureOf } from './library/native.ts'
import type { Node, Place } from './syntax.ts'
import { type Dict, isDict, isList, type Value } from './value.ts'

let signature: Signature | undefined

/** The function that `|pattern|update, delete|` stands for: a copy of what it is passed, changed where the pattern leads. */
export function transformer(node: Node<'transform'>, frame: Frame): Callable {
  signature ??= signatureOf('<(oa):o>')
  return new Callable(
    ([value]) => (value === undefined ? undefined : change(node, value, frame)),
    1,
    signature,
  )
}

function change({ pattern, update, remove }: Node<'transform'>, value: Value, frame: Frame): Value {
  const clone = frame.lookup('clone') ?? library.get('clone')
  if (!(clone instanceof Callable))
    throw new Fault('expression.type', 'A transform copies with $clone(), which is no function here')
  const copy = apply(clone, [value], null, frame)
  // Only the copy may be changed: a pattern can lead out of it, to what everybody else sees.
  const own = new Set<Value>()
  collect(copy, own, frame, 0)
  const found = frame.evaluate(pattern, copy)
  for (const match of found === undefined ? [] : isList(found) ? found : [found]) {
    const changes = frame.evaluate(update, match)
    if (changes !== undefined && !isDict(changes)) throw wrong('update', 'an object', changes, update)
    const removed = remove && frame.evaluate(remove, match)
    const keys = removed === undefined ? [] : isList(removed) ? removed : [removed]
    if (remove && !keys.every((key) => typeof key === 'string'))
      throw wrong('deletion', 'keys', removed, remove)
    const isIdle = Object.keys(changes ?? {}).length === 0 && (keys.length === 0 || !isDict(match))
    // Keys of a list are nothing that JSON could hold.
    if (isIdle || isList(match)) continue
    if (!isDict(match) || !own.has(match))
      throw new Fault(
        'expression.type',
        'The pattern of a transform leads to objects inside what is transformed',
        undefined,
        pattern.start,
        pattern.end - pattern.start,
      )
    mutate(match, changes ?? {}, keys.map(String))
  }
  return copy
}

function mutate(object: Dict, changes: Dict, removed: readonly string[]): void {
  for (const [key, value] of Object.entries(changes))
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  for (const key of removed) Reflect.deleteProperty(object, key)
}

function collect(value: Value, own: Set<Value>, frame: Frame, depth: number): void {
  const { meter } = frame.evaluation
  if (isDict(value)) own.add(value)
  const inside = isList(value) ? value : isDict(value) ? Object.values(value) : undefined
  if (!inside) return
  meter.walk(inside.length, depth)
  meter.make(48)
  for (const item of inside) collect(item, own, frame, depth + 1)
}

function wrong(part: string, wanted: string, found: Value, { start, end }: Place): Fault {
  return new Fault(
    'expression.type',
    `The ${part} of a transform gives ${wanted}, not ${shown(found)}`,
    undefined,
    start,
    end - start,
  )
}

import { Appended } from './append.ts'
import { Fault, shown } from './fault.ts'
import type { Frame } from './frame.ts'
import type { Pair, Place } from './syntax.ts'
import { frameOf, isTuples, itemKey, itemOf, joined } from './tuple.ts'
import { type Dict, dictOf, isDict, isList, type List, sequenceOf, type Value } from './value.ts'

/** `{…}`: the items of `input` by the keys that they give, each group's value evaluated in the context of the group. */
export function group(pairs: readonly Pair[], place: Place, input: Value, frame: Frame): Dict {
  const { meter } = frame.evaluation
  const isStream = isTuples(input)
  const given: List = isList(input) ? input : sequenceOf([input])
  // An object is made even of nothing.
  const items: List = given.length === 0 && !isStream ? [undefined] : given
  const groups = new Map<string, { readonly items: Appended; readonly pair: number }>()
  for (const item of items) {
    const [context, around] = isStream ? [itemOf(item), frameOf(item, frame)] : [item, frame]
    for (const [pair, [key]] of pairs.entries()) {
      const name = around.evaluate(key, context)
      if (name === undefined) continue
      const known = groups.get(checked(name, key))
      if (known && known.pair !== pair)
        throw new Fault(
          'expression.failed',
          `Two pairs give the key ${shown(name)}`,
          undefined,
          place.start,
          place.end - place.start,
        )
      if (known) known.items.add(item)
      else groups.set(checked(name, key), { items: new Appended(meter, item), pair })
    }
  }
  meter.object(groups.size)
  const entries: [string, Value][] = []
  for (const [name, { items: members, pair }] of groups) {
    const value = pairs[pair]?.[1]
    if (!value) continue
    const result = isStream ? ofTuples(members.value, value) : frame.evaluate(value, members.value)
    if (result !== undefined) entries.push([name, result])
  }
  return dictOf(entries)

  function ofTuples(members: Value, value: Pair[1]): Value {
    const tuple = isList(members) ? joined(members, meter) : isDict(members) ? members : {}
    const { [itemKey]: context, ...names } = tuple
    return frameOf(names, frame).evaluate(value, context)
  }
}

function checked(name: Value, key: Place): string {
  if (typeof name === 'string' && name !== '_jsonata_lambda' && name !== '_jsonata_function') return name
  const found = typeof name === 'string' ? `"${name}" is kept for JSONata itself` : `${shown(name)} is none`
  throw new Fault(
    'expression.type',
    `A key must be a text, and ${found}`,
    typeof name === 'string' ? undefined : 'convert it with $string(…)',
    key.start,
    key.end - key.start,
  )
}

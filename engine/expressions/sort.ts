import type { Frame } from './frame.ts'
import { Fault, shown } from './fault.ts'
import type { Meter } from './meter.ts'
import type { Node } from './syntax.ts'
import { frameOf, isTuples, itemOf } from './tuple.ts'
import type { List, Value } from './value.ts'

/**
 * Sorts `items`, stably, by the very comparisons that JSONata makes: an author's own may contradict itself.
 * `isAfter` says whether the first comes after the second.
 */
export function sorted(items: List, isAfter: (first: Value, second: Value) => boolean, meter: Meter): List {
  if (items.length <= 1) return items
  const middle = Math.floor(items.length / 2)
  const left = sorted(items.slice(0, middle), isAfter, meter)
  const right = sorted(items.slice(middle), isAfter, meter)
  meter.list(items.length)
  const merged: Value[] = []
  let [fromLeft, fromRight] = [0, 0]
  while (fromLeft < left.length && fromRight < right.length)
    merged.push(isAfter(left[fromLeft], right[fromRight]) ? right[fromRight++] : left[fromLeft++])
  while (fromLeft < left.length) merged.push(left[fromLeft++])
  while (fromRight < right.length) merged.push(right[fromRight++])
  return merged
}

/** `^(…)` behind `items`. */
export function orderBy(node: Node<'sort'>, items: List, frame: Frame): List {
  const isStream = isTuples(items)
  const by = (term: Node, item: Value): Value =>
    isStream ? frameOf(item, frame).evaluate(term, itemOf(item)) : frame.evaluate(term, item)
  return sorted(
    items,
    (first, second) => {
      for (const { by: term, descending } of node.terms) {
        const order = compare(by(term, first), by(term, second), descending, node)
        if (order !== 0) return order > 0
      }
      return false
    },
    frame.evaluation.meter,
  )
}

/** What is missing comes last, whichever way round. */
function compare(first: Value, second: Value, descending: boolean, node: Node<'sort'>): number {
  if (first === undefined || second === undefined)
    return Number(first === undefined) - Number(second === undefined)
  const isSortable = typeof first === 'number' || typeof first === 'string'
  if (!isSortable || typeof first !== typeof second)
    throw new Fault(
      'expression.type',
      `"^" sorts by numbers or by texts, not by ${shown(first)} and ${shown(second)}`,
      undefined,
      node.start,
      node.end - node.start,
    )
  if (first === second) return 0
  const order = isBefore(first, second) ? -1 : 1
  return descending ? -order : order
}

function isBefore(first: number | string, second: Value): boolean {
  if (typeof first === 'number') return typeof second === 'number' && first < second
  return typeof second === 'string' && first < second
}

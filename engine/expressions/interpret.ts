import { call, hand, lambda, partial } from './call.ts'
import { Fault, shown } from './fault.ts'
import { filter } from './filter.ts'
import type { Frame } from './frame.ts'
import { group } from './group.ts'
import { descendantsOf, lookup, wildcardOf } from './look.ts'
import { matcher } from './matching.ts'
import { operate } from './operators.ts'
import { walkPath } from './path.ts'
import type { Node, NodeKind } from './syntax.ts'
import { isNumber, isTrue } from './truth.ts'
import { transformer } from './transform.ts'
import { isList, isSequence, type Value } from './value.ts'

/** What JSONata means. A kind of node without a row does not compile. */
const meanings: { readonly [K in NodeKind]: (node: Node<K>, input: Value, frame: Frame) => Value } = {
  path: walkPath,
  name: ({ name }, input, frame) => lookup(input, name, frame.evaluation.meter),
  wildcard: (_node, input, frame) => wildcardOf(input, frame.evaluation.meter),
  descendants: (_node, input, frame) => descendantsOf(input, frame.evaluation.meter),
  parent: ({ label }, _input, frame) => frame.lookup(label),
  // Steps of a path, and placeholders of a call, which see to them themselves.
  sort: () => undefined,
  placeholder: () => undefined,
  tail: (node, input, frame) => call(node.call, input, frame),
  literal: ({ value }) => value,
  regex: (node, _input, frame) => matcher(node, frame),
  variable: ({ name }, input, frame) => (name === '' ? contextOf(input) : frame.lookup(name)),
  binary: (node, input, frame) =>
    operate(
      frame.evaluate(node.left, input),
      frame.evaluate(node.right, input),
      node,
      frame.evaluation.meter,
    ),
  logical({ operator, left, right }, input, frame) {
    const { meter } = frame.evaluation
    const first = isTrue(frame.evaluate(left, input), meter)
    return first === (operator === 'or') ? first : isTrue(frame.evaluate(right, input), meter)
  },
  negate(node, input, frame) {
    const value = frame.evaluate(node.operand, input)
    if (value === undefined || isNumber(value)) return value === undefined ? undefined : -value
    throw new Fault(
      'expression.type',
      `Only a number can be negative, not ${shown(value)}`,
      undefined,
      node.start,
      node.end - node.start,
    )
  },
  array: arrayOf,
  object: (node, input, frame) => group(node.pairs, node, input, frame),
  condition({ test, yes, no }, input, frame) {
    const way = isTrue(frame.evaluate(test, input), frame.evaluation.meter) ? yes : no
    return way && frame.evaluate(way, input)
  },
  fallback({ of, left, right }, input, frame) {
    const value = frame.evaluate(left, input)
    const isThere = of === 'missing' ? value !== undefined : isTrue(value, frame.evaluation.meter)
    return isThere ? value : frame.evaluate(right, input)
  },
  block({ body }, input, frame) {
    const inner = frame.inner()
    let result: Value
    for (const part of body) result = inner.evaluate(part, input)
    return result
  },
  bind({ name, value }, input, frame) {
    const bound = frame.evaluate(value, input)
    frame.bind(name, bound)
    return bound
  },
  call,
  partial,
  apply: hand,
  lambda,
  transform: (node, _input, frame) => transformer(node, frame),
}

/** The value of `node` for the context item `input`. */
export function interpret<K extends NodeKind>(node: Node<K>, input: Value, frame: Frame): Value {
  const { meter } = frame.evaluation
  meter.enter()
  let result = meanings[node.kind](node, input, frame)
  for (const predicate of node.predicates ?? []) result = filter(predicate, result, frame)
  if (node.group && node.kind !== 'path') result = group(node.group.pairs, node.group, result, frame)
  meter.leave()
  return isSequence(result) && !result.tupleStream ? settled(result, node.keepArray) : result
}

/** A sequence of one item is that item, one of none nothing, unless it is to stay a list. */
function settled(sequence: Value, keepArray: boolean): Value {
  if (!isSequence(sequence)) return sequence
  if (keepArray) sequence.keepSingleton = true
  if (sequence.length === 0) return undefined
  return sequence.length === 1 && !sequence.keepSingleton ? sequence[0] : sequence
}

function contextOf(input: Value): Value {
  return isList(input) && input.outerWrapper ? input[0] : input
}

/** Lists that items give are joined, those that are written here are not. */
function arrayOf(node: Node<'array'>, input: Value, frame: Frame): Value {
  const { meter } = frame.evaluation
  const items: Value[] = []
  for (const item of node.items) {
    const value = frame.evaluate(item, input)
    if (value === undefined) continue
    if (item.kind === 'array' || !isList(value)) items.push(value)
    else for (const inner of value) items.push(inner)
    meter.list(items.length)
  }
  return node.cons ? Object.defineProperty(items, 'cons', { value: true }) : items
}

import { Fault, shown } from './fault.ts'
import type { Meter } from './meter.ts'
import type { Node, Operator } from './syntax.ts'
import { stringOf } from './text.ts'
import { areEqual, isNumber } from './truth.ts'
import { isList, type Sequence, sequenceOf, type Value } from './value.ts'

type Operation = (left: Value, right: Value, node: Node<'binary'>, meter: Meter) => Value

const operations: { readonly [K in Operator]: Operation } = {
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '=': (left, right, _node, meter) => isBoth(left, right) && areEqual(left, right, meter),
  '!=': (left, right, _node, meter) => isBoth(left, right) && !areEqual(left, right, meter),
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  '&': concatenate,
  '..': range,
  in: includes,
}

/** The value of `left operator right`. */
export function operate(left: Value, right: Value, node: Node<'binary'>, meter: Meter): Value {
  return operations[node.operator](left, right, node, meter)
}

function isBoth(left: Value, right: Value): boolean {
  return left !== undefined && right !== undefined
}

function arithmetic(of: (left: number, right: number) => number): Operation {
  return (left, right, node) => {
    if (left !== undefined && !isNumber(left)) throw wrong(left, 'left', 'a number', node)
    if (right !== undefined && !isNumber(right)) throw wrong(right, 'right', 'a number', node)
    return left === undefined || right === undefined ? undefined : of(left, right)
  }
}

function comparison(of: (left: number | string, right: number | string) => boolean): Operation {
  return (left, right, node) => {
    if (!isComparable(left)) throw wrong(left, 'left', 'a number or a text', node)
    if (!isComparable(right)) throw wrong(right, 'right', 'a number or a text', node)
    if (left === undefined || right === undefined) return undefined
    if (typeof left === typeof right) return of(left, right)
    throw new Fault(
      'expression.type',
      `"${node.operator}" compares numbers with numbers and texts with texts, not ${shown(left)} with ${shown(right)}`,
      'convert one of them with $number(…) or $string(…)',
      node.start,
      node.end - node.start,
    )
  }
}

function isComparable(value: Value): value is number | string | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'string'
}

function concatenate(left: Value, right: Value, _node: Node<'binary'>, meter: Meter): string {
  const [start, end] = [stringOf(left, meter), stringOf(right, meter)]
  meter.text(start.length + end.length)
  return start + end
}

function range(left: Value, right: Value, node: Node<'binary'>, meter: Meter): Value {
  if (left !== undefined && !Number.isInteger(left)) throw wrong(left, 'left', 'a whole number', node)
  if (right !== undefined && !Number.isInteger(right)) throw wrong(right, 'right', 'a whole number', node)
  if (typeof left !== 'number' || typeof right !== 'number' || left > right) return undefined
  const length = right - left + 1
  meter.list(length)
  const numbers: Sequence = sequenceOf([])
  for (let index = 0; index < length; index++) numbers.push(left + index)
  return numbers
}

function includes(left: Value, right: Value, _node: Node<'binary'>, meter: Meter): boolean {
  if (left === undefined || right === undefined) return false
  if (!isList(right)) return left === right
  meter.read(right.length)
  return right.includes(left)
}

function wrong(value: Value, side: 'left' | 'right', wanted: string, node: Node<'binary'>): Fault {
  const operand = node[side]
  return new Fault(
    'expression.type',
    `"${node.operator}" needs ${wanted} on its ${side}, not ${shown(value)}`,
    undefined,
    operand.start,
    operand.end - operand.start,
  )
}

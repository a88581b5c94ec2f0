import type { Analysis, Reference } from '../../expressions/analysis.ts'
import { childrenOf } from '../../expressions/children.ts'
import { parse } from '../../expressions/parse.ts'
import type { Node } from '../../expressions/syntax.ts'
import type { Expression } from '../../expressions/template.ts'
import type { Json } from '../../json.ts'
import { follow } from '../follow.ts'
import { nearest } from '../names.ts'
import { spanIn } from '../origins.ts'
import { describe, type Shape, shapeOfValue, unknown } from '../shape.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'

/** One side of a comparison, as far as it is known. */
interface Side {
  readonly node: Node
  readonly shape: Shape
  /** How a path is written; absent for a constant. */
  readonly path?: string
}

/** Checks that what is compared for equality can be equal: a schema often says that it never is. */
export function checkComparisons(
  expression: Expression,
  { references }: Analysis,
  env: Env,
  checker: Checker,
): void {
  const byStart = new Map(references.map((reference) => [reference.offset, reference]))
  const sideOf = (node: Node): Side | undefined => {
    if (node.kind === 'literal') return { node, shape: shapeOfValue(node.value) }
    const reference = byStart.get(node.start)
    const isPath = reference?.whole === true && reference.offset + reference.length === node.end
    if (!reference || !isPath) return undefined
    return { node, shape: shapeAt(reference, env), path: expression.jsonata.slice(node.start, node.end) }
  }
  const visit = (node: Node): void => {
    if (node.kind === 'binary' && /^(?:!?=|in)$/.test(node.operator))
      for (const [left, right] of pairsIn(node, sideOf)) compare(left, right, node, expression, checker)
    for (const child of childrenOf(node)) visit(child)
  }
  visit(parse(expression.jsonata).root)
}

/** What is compared with what; `in` compares with each item of a list. */
function pairsIn(
  { operator, left, right }: Node<'binary'>,
  sideOf: (node: Node) => Side | undefined,
): readonly (readonly [Side, Side])[] {
  const one = sideOf(left)
  if (!one) return []
  const others = operator === 'in' && right.kind === 'array' ? right.items : [right]
  return others.flatMap((node) => {
    const other = sideOf(node)
    if (!other) return []
    const isList = operator === 'in' && other.shape.type === 'array'
    return [[one, isList ? { ...other, shape: itemOf(other.shape) } : other] as const]
  })
}

function compare(
  left: Side,
  right: Side,
  whole: Node<'binary'>,
  expression: Expression,
  checker: Checker,
): void {
  if ((left.path === undefined && right.path === undefined) || canBeEqual(left.shape, right.shape)) return
  const [known, other] = left.path === undefined ? [right, left] : [left, right]
  const isValue = other.path === undefined && typesOf(known.shape).includes(other.shape.type)
  const place = isValue ? other.node : whole
  const subject = `"${known.path ?? ''}" is ${valuesOf(known.shape) ?? describe(known.shape)}`
  const object = other.path === undefined ? textOf(other.shape) : `"${other.path}"`
  const rest = other.path === undefined ? `never ${object}` : `never the same as ${object}`
  checker.report(
    'comparison.never',
    spanIn(checker.origins, expression, place.start, place.end),
    `${subject}, and ${rest}`,
    hintFor(known, other, whole),
  )
}

function hintFor(known: Side, other: Side, { operator }: Node<'binary'>): string | undefined {
  const path = known.path ?? ''
  if (known.shape.type === 'array' && operator !== 'in' && other.shape.type !== 'array')
    return `Write ${other.path ?? textOf(other.shape)} in ${path}`
  if (other.shape.type === 'null') return `Ask $exists(${path}) whether it is there`
  if (other.path !== undefined) return undefined
  const [value] = constantsOf(other.shape) ?? []
  const texts = (constantsOf(known.shape) ?? []).filter((one) => typeof one === 'string')
  const meant = typeof value === 'string' ? nearest(value, texts) : undefined
  return meant === undefined
    ? 'Compare it with what it can be, or widen the schema'
    : `Did you mean ${textOfValue(meant)}?`
}

/** The shape of what a path leads to; where the context is a list, its items are meant. */
function shapeAt({ root, path, segments, relative }: Reference, env: Env): Shape {
  const from = root === 'steps' ? 1 : 0
  const start = from === 0 ? env.names.get(root) : env.steps.get(path[0] ?? '')?.shape
  if (!start || path.length < from) return unknown
  if (!relative) return follow(start, path.slice(from)).shape
  const context = path.length - segments.length
  const item = itemOf(
    path.slice(from, context).reduce((shape, name) => follow(itemOf(shape), [name]).shape, start),
  )
  return follow(item, path.slice(Math.max(context, from))).shape
}

function itemOf(shape: Shape): Shape {
  return shape.type === 'array' ? itemOf(shape.items) : shape
}

function canBeEqual(one: Shape, other: Shape): boolean {
  if (one.type === 'unknown' || other.type === 'unknown') return true
  if (one.type === 'union') return one.of.some((shape) => canBeEqual(shape, other))
  if (other.type === 'union') return canBeEqual(other, one)
  if (one.type !== other.type) return false
  const [values, others] = [constantsOf(one), constantsOf(other)]
  return !values || !others || values.some((value) => others.includes(value))
}

function typesOf(shape: Shape): readonly Shape['type'][] {
  return shape.type === 'union' ? shape.of.flatMap(typesOf) : [shape.type]
}

/** The only values there are, when that is known. */
function constantsOf(shape: Shape): readonly Json[] | undefined {
  if (shape.type === 'null') return [null]
  if (shape.type === 'union') {
    const all = shape.of.map(constantsOf)
    return all.every((values) => values !== undefined) ? all.flat() : undefined
  }
  return 'values' in shape ? shape.values : undefined
}

function valuesOf(shape: Shape): string | undefined {
  const values = constantsOf(shape)
  if (!values || values.length === 0 || values.length > 12) return undefined
  const texts = values.map(textOfValue)
  return texts.length === 1 ? texts[0] : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1) ?? ''}`
}

function textOf(shape: Shape): string {
  return valuesOf(shape) ?? describe(shape)
}

/** As it would be written in an expression. */
function textOfValue(value: Json | undefined): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value ?? null)
}

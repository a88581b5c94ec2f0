import type { StaticType } from './analysis.ts'
import { builtIns } from './library/catalogue.ts'
import type { NamesInScope } from './names-in-scope.ts'
import type { Node, NodeKind } from './syntax.ts'

/** The type that `node` gives on every way through it, unless it gives nothing. */
export function staticType(node: Node, names: NamesInScope): StaticType {
  if (node.group) return 'object'
  if (node.keepArray) return 'array'
  return node.predicates ? 'unknown' : ownType(node, names)
}

/** Kinds without a row: their type cannot be told. */
const types: { readonly [K in NodeKind]?: (node: Node<K>, names: NamesInScope) => StaticType } = {
  literal: ({ value }) => literalType(value),
  logical: () => 'boolean',
  binary: ({ operator }) => operatorType(operator),
  negate: () => 'number',
  array: () => 'array',
  object: () => 'object',
  path: ({ keepSingleton }) => (keepSingleton ? 'array' : 'unknown'),
  regex: () => 'function',
  lambda: () => 'function',
  partial: () => 'function',
  transform: () => 'function',
  condition: ({ yes, no }, names) =>
    no ? common(staticType(yes, names), staticType(no, names)) : staticType(yes, names),
  fallback: ({ left, right }, names) => common(staticType(left, names), staticType(right, names)),
  bind: ({ value }, names) => staticType(value, names),
  variable: ({ name }, names) => names.typeOf(name),
  call: ({ procedure }, names) => returnType(procedure, names),
  apply: ({ right }, names) => returnType(right.kind === 'call' ? right.procedure : right, names),
}

function ownType<K extends NodeKind>(node: Node<K>, names: NamesInScope): StaticType {
  return types[node.kind]?.(node, names) ?? 'unknown'
}

function literalType(value: boolean | null | number | string): StaticType {
  if (value === null) return 'null'
  return typeof value === 'number' ? 'number' : typeof value === 'string' ? 'string' : 'boolean'
}

function operatorType(operator: string): StaticType {
  if (operator === '&') return 'string'
  if (operator === '..') return 'array'
  return /^[-+*/%]$/.test(operator) ? 'number' : 'boolean'
}

function returnType(procedure: Node, names: NamesInScope): StaticType {
  if (procedure.kind !== 'variable' || names.has(procedure.name)) return 'unknown'
  return builtIns.get(procedure.name)?.returns ?? 'unknown'
}

function common(one: StaticType, other: StaticType): StaticType {
  return one === other ? one : 'unknown'
}

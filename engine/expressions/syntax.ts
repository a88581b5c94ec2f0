import type { Signature } from './callable.ts'
import type { Regex } from './regex/regex.ts'

/** One row per kind of node: what only this kind has. */
interface Shapes {
  path: {
    readonly steps: readonly Node[]
    readonly keepSingleton: boolean
    /** A variable and names, and nothing else: by far the most common path. */
    readonly isBare: boolean
  }
  /** A key, or a step of a path. */
  name: { readonly name: string }
  wildcard: {}
  descendants: {}
  parent: { readonly label: string }
  /** A step of a path. */
  sort: { readonly terms: readonly { readonly by: Node; readonly descending: boolean }[] }
  literal: { readonly value: boolean | null | number | string }
  regex: { readonly regex: Regex }
  /** Without `$`; `''` is the context item, `$` the root. */
  variable: { readonly name: string }
  binary: { readonly operator: Operator; readonly left: Node; readonly right: Node }
  logical: { readonly operator: 'and' | 'or'; readonly left: Node; readonly right: Node }
  negate: { readonly operand: Node }
  array: { readonly items: readonly Node[] }
  object: { readonly pairs: readonly Pair[] }
  condition: { readonly test: Node; readonly yes: Node; readonly no: Node | undefined }
  /** `left ?? right`, `left ?: right`. */
  fallback: { readonly of: 'missing' | 'false'; readonly left: Node; readonly right: Node }
  block: { readonly body: readonly Node[] }
  bind: { readonly name: string; readonly nameAt: Place; readonly value: Node }
  call: Call
  /** A call in tail position: evaluated after the function that makes it has returned. */
  tail: { readonly call: Call }
  partial: Call
  placeholder: {}
  /** `left ~> right`. */
  apply: { readonly left: Node; readonly right: Node }
  lambda: {
    readonly parameters: readonly (Place & { readonly name: string })[]
    readonly signature: Signature | undefined
    readonly body: Node
  }
  transform: { readonly pattern: Node; readonly update: Node; readonly remove: Node | undefined }
}

export type NodeKind = keyof Shapes

/** A node of a parsed expression; `Node<'call'>` is a call. */
export type Node<K extends NodeKind = NodeKind> = {
  [Kind in K]: { readonly kind: Kind } & Marks & Shapes[Kind]
}[K]

export type Operator = '!=' | '%' | '&' | '*' | '+' | '-' | '..' | '/' | '<' | '<=' | '=' | '>' | '>=' | 'in'

/** Where a node stands in the source, from `start` to before `end`. */
export interface Place {
  readonly start: number
  readonly end: number
}

export interface Call extends Place {
  readonly procedure: Node
  readonly arguments: readonly Node[]
  /** Where the closing parenthesis ends: before predicates. */
  readonly until: number
}

export type Pair = readonly [key: Node, value: Node]

/** A predicate, or the binding of a position, behind a step of a path. */
export type Stage =
  | { readonly filter: Node; readonly index?: never }
  | { readonly index: string; readonly filter?: never }

/** What any node may carry besides its kind. */
interface Marks extends Place {
  /** Predicates behind a node that is no path. */
  readonly predicates: readonly Node[] | undefined
  /** `{…}` behind the node. */
  readonly group: (Place & { readonly pairs: readonly Pair[] }) | undefined
  /** `[]` behind the node: one item stays a list. */
  readonly keepArray: boolean
  /** A list that a path does not flatten. */
  readonly cons: boolean
  /** Predicates and positions behind a step. */
  readonly stages: readonly Stage[] | undefined
  /** `@$name` behind a step. */
  readonly focus: string | undefined
  /** `#$name` behind a step. */
  readonly index: string | undefined
  /** The label under which a later `%` asks for this step's parent. */
  readonly ancestor: string | undefined
  /** Whether the step makes tuples. */
  readonly tuple: boolean
}

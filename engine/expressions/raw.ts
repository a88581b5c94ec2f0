import type { Signature } from './callable.ts'

/** A node as JSONata's parser leaves it. Its `position` is the end of a token. */
export interface Raw {
  readonly type: string
  readonly value?: unknown
  readonly position?: number
  readonly steps?: readonly Raw[]
  readonly lhs?: Raw | readonly (readonly [Raw, Raw])[]
  readonly rhs?: Raw
  readonly expression?: Raw
  readonly expressions?: readonly Raw[]
  readonly arguments?: readonly Raw[]
  readonly procedure?: Raw
  readonly condition?: Raw
  readonly then?: Raw
  readonly else?: Raw
  readonly body?: Raw
  readonly signature?: Signature
  readonly thunk?: boolean
  readonly pattern?: Raw
  readonly update?: Raw
  readonly delete?: Raw
  readonly terms?: readonly { readonly descending: boolean; readonly expression: Raw }[]
  readonly predicate?: readonly RawStage[]
  readonly stages?: readonly RawStage[]
  readonly group?: { readonly lhs: readonly (readonly [Raw, Raw])[]; readonly position: number }
  readonly focus?: string
  readonly index?: string
  readonly ancestor?: { readonly label: string }
  readonly slot?: { readonly label: string }
  readonly tuple?: boolean
  readonly keepArray?: boolean
  readonly keepSingletonArray?: boolean
  readonly consarray?: boolean
}

/** A predicate or a position behind a step. */
export interface RawStage {
  readonly type: 'filter' | 'index'
  readonly expr?: Raw
  readonly value?: string
  readonly position: number
}

/** Whether the left side is that of an object: its pairs. */
export function isPairs(lhs: Raw['lhs']): lhs is readonly (readonly [Raw, Raw])[] {
  return Array.isArray(lhs)
}

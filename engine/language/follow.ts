import { isSlip } from './names.ts'
import type { Shape } from './shape.ts'
import { union, unknown } from './shape.ts'

/** What is at the end of a path, or where it leaves what can exist. */
export interface Followed {
  readonly shape: Shape
  readonly problem?: PathProblem
  /** The path goes through a branch that a quorum may leave out: how many names it takes to get there. */
  readonly quorumAt?: number
}

export interface PathProblem {
  /** Which name of the path. */
  readonly index: number
  /** `closed`: it cannot exist. `scalar`: what stands before it has no properties. `typo`: it looks like a slip. */
  readonly kind: 'closed' | 'scalar' | 'typo'
  readonly known: readonly string[]
  /** What the name is looked up in. */
  readonly owner: Shape
}

/** Follows a path as JSONata does: through the items of lists. */
export function follow(shape: Shape, path: readonly string[], index = 0): Followed {
  const name = path[index]
  if (name === undefined || shape.type === 'unknown') return { shape: name === undefined ? shape : unknown }
  if (shape.type === 'union') return followAny(shape.of, path, index)
  if (shape.type === 'array') {
    const { shape: _, ...found } = follow(shape.items, path, index)
    // One item gives its value, several a list: nothing is certain about the type.
    return { ...found, shape: unknown }
  }
  if (shape.type !== 'object') {
    // A text or number has no properties, but null may stand for what is not there yet.
    const problem = { index, kind: 'scalar', known: [], owner: shape } as const
    return shape.type === 'null' ? { shape: unknown } : { shape: unknown, problem }
  }
  const property = shape.properties.get(name)
  if (property) {
    const found = follow(property.shape, path, index + 1)
    return property.isQuorum === true && found.quorumAt === undefined
      ? { ...found, quorumAt: index + 1 }
      : found
  }
  const known = [...shape.properties.keys()]
  if (shape.rest === 'closed')
    return { shape: unknown, problem: { index, kind: 'closed', known, owner: shape } }
  if (isSlip(name, known)) return { shape: unknown, problem: { index, kind: 'typo', known, owner: shape } }
  return follow(shape.rest, path, index + 1)
}

/** A path exists in a choice of shapes when it exists in one of them. */
function followAny(shapes: readonly Shape[], path: readonly string[], index: number): Followed {
  const followed = shapes.map((shape) => follow(shape, path, index))
  const possible = followed.filter(({ problem }) => problem === undefined)
  const [first] = possible
  if (first === undefined) {
    const closed = followed.find(({ problem }) => problem?.kind === 'closed')
    return closed ?? followed[0] ?? { shape: unknown }
  }
  return { ...first, shape: union(possible.map(({ shape }) => shape)) }
}

import type { Path } from './facts.ts'
import type { Node } from './syntax.ts'

/** The fixed beginning of a path: a variable, or the context item, and the names behind it. */
export interface Chain {
  readonly root: string
  /** The names behind the root, those that come from the context included. */
  readonly path: Path
  /** What is written here: the variable and the names. */
  readonly written: readonly Node[]
  /** Whether the root comes from the context. */
  readonly relative: boolean
}

/** `chain` with one more name. */
export function extended(chain: Chain, step: Node<'name'>): Chain {
  return { ...chain, path: [...chain.path, step.name], written: [...chain.written, step] }
}

/** Where the chain leads: the context of what follows. */
export function destination({ root, path }: Chain): Path {
  return [root, ...path]
}

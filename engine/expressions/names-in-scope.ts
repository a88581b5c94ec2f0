import type { StaticType } from './analysis.ts'
import { childrenOf } from './children.ts'
import type { Node } from './syntax.ts'

/** The names that an expression itself binds around a place, with what is known of their values. */
export class NamesInScope {
  readonly #parent: NamesInScope | undefined
  readonly #types = new Map<string, StaticType>()

  constructor(parent?: NamesInScope, names: readonly string[] = []) {
    this.#parent = parent
    for (const name of names) this.#types.set(name, 'unknown')
  }

  has(name: string): boolean {
    return this.#types.has(name) || this.#parent?.has(name) === true
  }

  typeOf(name: string): StaticType {
    return this.#types.get(name) ?? this.#parent?.typeOf(name) ?? 'unknown'
  }

  /** A name that is bound twice in one place has no certain type. */
  bind(name: string, type: StaticType): void {
    this.#types.set(name, type)
  }
}

/** The names that `:=` binds in the scope of `nodes` itself: functions may use them before they are bound. */
export function assignedIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => [
    ...(node.kind === 'bind' ? [node.name] : []),
    ...(node.kind === 'block' || node.kind === 'lambda' ? [] : assignedIn(childrenOf(node))),
  ])
}

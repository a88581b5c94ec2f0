import type { Node } from './syntax.ts'

/** The nodes directly inside `node`, in the order in which they are written. */
export function childrenOf(node: Node): readonly Node[] {
  return [
    ...partsOf(node),
    ...(node.predicates ?? []),
    ...stagesOf(node),
    ...(node.group?.pairs.flat() ?? []),
  ]
}

function stagesOf({ stages = [] }: Node): Node[] {
  return stages.flatMap(({ filter }) => (filter ? [filter] : []))
}

/** The same without what stands behind the node: predicates and groups. */
// oxlint-disable-next-line typescript/consistent-return -- the switch leaves no case out
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'path':
      return node.steps
    case 'sort':
      return node.terms.map(({ by }) => by)
    case 'binary':
    case 'logical':
    case 'fallback':
    case 'apply':
      return [node.left, node.right]
    case 'negate':
      return [node.operand]
    case 'array':
      return node.items
    case 'object':
      return node.pairs.flat()
    case 'condition':
      return node.no ? [node.test, node.yes, node.no] : [node.test, node.yes]
    case 'block':
      return node.body
    case 'bind':
      return [node.value]
    case 'call':
    case 'partial':
      return [node.procedure, ...node.arguments]
    case 'tail':
      return [node.call.procedure, ...node.call.arguments]
    case 'lambda':
      return [node.body]
    case 'transform':
      return node.remove ? [node.pattern, node.update, node.remove] : [node.pattern, node.update]
    case 'name':
    case 'wildcard':
    case 'descendants':
    case 'parent':
    case 'literal':
    case 'regex':
    case 'variable':
    case 'placeholder':
      return []
  }
}

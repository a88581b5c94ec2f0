import type { NamesInScope } from './names-in-scope.ts'
import type { Node } from './syntax.ts'

/** Names from a variable on: `$steps.charge.id` is `['steps', 'charge', 'id']`. */
export type Path = readonly string[]

/** The paths that exist whenever `node` is true, or whenever it is false. */
export function factsWhen(outcome: boolean, node: Node, names: NamesInScope): readonly Path[] {
  if (node.predicates || node.group) return []
  if (node.kind === 'logical') return factsOfBoth(outcome, node, names)
  if (node.kind === 'call') return factsOfCall(outcome, node, names)
  if (node.kind === 'block') {
    const [only, ...more] = node.body
    return only && more.length === 0 ? factsWhen(outcome, only, names) : []
  }
  if (!outcome) return []
  // With nothing on one side a comparison is false or nothing, never true.
  return node.kind === 'binary' && /^(?:!?=|[<>]=?|in)$/.test(node.operator)
    ? [...pathsOf(node.left, names), ...pathsOf(node.right, names)]
    : pathsOf(node, names)
}

/** `and` is true when both are, and false when either is; `or` the other way round. */
function factsOfBoth(outcome: boolean, node: Node<'logical'>, names: NamesInScope): readonly Path[] {
  const left = factsWhen(outcome, node.left, names)
  const right = factsWhen(outcome, node.right, names)
  return (node.operator === 'and') === outcome
    ? [...left, ...right]
    : left.filter((path) => isIn(right, path))
}

function factsOfCall(outcome: boolean, node: Node<'call'>, names: NamesInScope): readonly Path[] {
  const [argument] = node.arguments
  const { procedure } = node
  if (!argument || procedure.kind !== 'variable' || names.has(procedure.name)) return []
  if (procedure.name === 'not') return factsWhen(!outcome, argument, names)
  if (procedure.name === 'boolean') return factsWhen(outcome, argument, names)
  return procedure.name === 'exists' && outcome ? pathsOf(argument, names) : []
}

/** The fixed beginning of the path that `node` is, when it is one: it exists when the node gives anything. */
function pathsOf(node: Node, names: NamesInScope): readonly Path[] {
  if (node.group) return []
  const steps = node.kind === 'path' ? node.steps : [node]
  const [first, ...rest] = steps
  if (first?.kind !== 'variable' || first.name === '' || first.name === '$' || names.has(first.name))
    return []
  const path = [first.name]
  for (const step of rest) {
    if (step.kind !== 'name') break
    path.push(step.name)
    // After `@$name` the path goes on from before the step.
    if (step.focus !== undefined) break
  }
  return [path]
}

/** Whether `known` says that what `path` begins with is there: the variable, and the first name behind it. */
export function narrows(known: readonly Path[], path: Path): boolean {
  const [root, name] = path
  return known.some((fact) => fact[0] === root && (fact[1] === name || name === undefined))
}

function isIn(paths: readonly Path[], path: Path): boolean {
  return paths.some(
    (other) => other.length === path.length && other.every((name, index) => name === path[index]),
  )
}

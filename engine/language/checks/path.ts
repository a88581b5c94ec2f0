import type { Reference, Span as Stretch } from '../../expressions/analysis.ts'
import { follow, type PathProblem } from '../follow.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { describe, type Shape } from '../shape.ts'
import type { Span } from '../sheet.ts'
import type { Checker } from './checker.ts'

/** Checks what follows the first `from` names of a path. */
export function checkPath(
  reference: Reference,
  shape: Shape,
  from: number,
  at: (stretch: Stretch) => Span,
  checker: Checker,
): void {
  const { problem } = follow(shape, reference.path.slice(from))
  if (!problem) return
  const name = reference.path[from + problem.index] ?? ''
  const segment = reference.segments[from + problem.index] ?? reference
  const owner = ['$' + reference.root, ...reference.path.slice(0, from + problem.index)].join('.')
  if (problem.kind === 'typo') {
    const hint = `Did you mean "${nearest(name, problem.known) ?? ''}"? If not, declare it in the schema`
    checker.report(
      'path.typo',
      at(segment),
      `"${owner}" does not declare "${name}", but something very like it`,
      hint,
    )
    return
  }
  checker.report('path.unknown', at(segment), ...wrongPath(name, owner, problem))
}

function wrongPath(name: string, owner: string, problem: PathProblem): [message: string, hint?: string] {
  if (problem.kind === 'scalar') return [`"${owner}" is ${describe(problem.owner)}, which has no "${name}"`]
  const hint = meantOrKnown(name, problem.known, 'It has')
  return hint === undefined
    ? [`"${owner}" cannot have "${name}"`]
    : [`"${owner}" cannot have "${name}"`, hint]
}

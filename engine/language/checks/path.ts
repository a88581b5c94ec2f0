import type { Reference, Span as Stretch } from '../../expressions/analysis.ts'
import { follow, type PathProblem } from '../follow.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { describe, type Shape } from '../shape.ts'
import type { Span } from '../sheet.ts'
import type { Checker } from './checker.ts'

/** The root under which the names of a raw result are told; no variable can be called so. */
export const rawResult = ''

/** Checks what follows the first `from` names of a path. */
export function checkPath(
  reference: Reference,
  shape: Shape,
  from: number,
  at: (stretch: Stretch) => Span,
  checker: Checker,
): void {
  const { root, path, segments, relative } = reference
  const { problem } = follow(shape, path.slice(from))
  if (!problem) return
  const index = from + problem.index
  // Names that only lead to the context item are written, and checked, where they stand.
  const segment = segments[index - (path.length - segments.length)]
  if (!segment) return
  const name = path[index] ?? ''
  const owner =
    relative && root === rawResult ? 'the raw result' : ['$' + root, ...path.slice(0, index)].join('.')
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

import type { Reference, Span as Stretch } from '../../expressions/analysis.ts'
import type { Expression } from '../../expressions/template.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { spanIn } from '../origins.ts'
import type { Span } from '../sheet.ts'
import { type Checker, every } from './checker.ts'
import type { Env } from './env.ts'
import { checkPath } from './path.ts'
import { checkStepReference } from './step-reference.ts'

/** Checks one read of a variable: does it exist, may it be missing, can its path exist? */
export function checkReference(
  reference: Reference,
  expression: Expression,
  env: Env,
  checker: Checker,
): void {
  const { root, path } = reference
  const at = (stretch: Stretch): Span =>
    spanIn(checker.origins, expression, stretch.offset, stretch.offset + stretch.length)
  const first = path[0]
  if (root === 'steps') return checkStepReference(reference, at, env, checker)
  if (Object.hasOwn(checker.definition.functions, root) && !env.names.has(root)) {
    checker.uses.functions.add(root)
    return
  }
  const shape = env.names.get(root)
  if (!shape) return unknownVariable(reference, at, env, checker)
  if (root === 'run' && (first === undefined || first === 'id')) checker.uses.runIds.push(reference)
  if (root === 'vars' || root === 'config') {
    checker.uses[root].add(first ?? every)
    if (first !== undefined && !Object.hasOwn(checker.definition[root], first))
      return undeclared(reference, at, checker)
  }
  if (
    root === 'previous' &&
    env.mayLackPrevious === true &&
    reference.guard === undefined &&
    !env.narrowed.has('$previous')
  ) {
    const hint = 'Write $previous ?? default'
    checker.report('scope.maybe', at(headOf(reference)), 'In the first pass there is no "$previous"', hint)
  }
  checkPath(reference, shape, 0, at, checker)
}

function unknownVariable(
  reference: Reference,
  at: (stretch: Stretch) => Span,
  env: Env,
  { report, definition, uses }: Checker,
): void {
  const { root } = reference
  const span = at(headOf(reference))
  if (root === 'secret' || root === 'secrets') {
    uses.secrets.add(every)
    const message = 'A secret is no variable: it would enter the history of the run'
    report('variable.unknown', span, message, 'Write { $secret: NAME } in the "with" of a call')
    return
  }
  const elsewhere = places[root]
  if (elsewhere !== undefined) {
    report('variable.unavailable', span, `"$${root}" exists only ${elsewhere}`)
    return
  }
  for (const [namespace, names] of Object.entries({ vars: definition.vars, config: definition.config })) {
    if (!Object.hasOwn(names, root)) continue
    report('variable.unknown', span, `There is no variable "$${root}"`, `Write $${namespace}.${root}`)
    return
  }
  if (env.steps.has(root)) {
    report('variable.unknown', span, `There is no variable "$${root}"`, `Write $steps.${root}`)
    return
  }
  const known = [...env.names.keys(), 'steps'].map((name) => `$${name}`)
  const hint = meantOrKnown(`$${root}`, known, 'In scope')
  report('variable.unknown', span, `There is no variable "$${root}"`, hint)
}

const places: Readonly<Record<string, string>> = {
  error: 'in "catch" and in "retry.when"',
  result: 'in "result" and in "compensate"',
  event: 'in "match"',
  attempt: 'in "retry.when"',
  previous: 'in a "loop"',
  vars: 'once all variables have their first values',
}

function undeclared(
  { root, path, segments, offset, length }: Reference,
  at: (stretch: Stretch) => Span,
  checker: Checker,
): void {
  const name = path[0] ?? ''
  const declared = root === 'vars' ? checker.definition.vars : checker.definition.config
  const hint = meantOrKnown(name, Object.keys(declared), 'Declared') ?? `Declare it under "${root}"`
  const meant = nearest(name, Object.keys(declared))
  if (meant !== undefined) checker.uses[root === 'vars' ? 'vars' : 'config'].add(meant)
  const what = root === 'vars' ? 'variable' : 'setting'
  checker.report(
    root === 'vars' ? 'vars.unknown' : 'config.unknown',
    at(segments[0] ?? { offset, length }),
    `There is no ${what} "${name}"`,
    hint,
  )
}

/** The variable itself, without the path behind it. */
function headOf({ root, offset, relative, length }: Reference): Stretch {
  return relative ? { offset, length } : { offset, length: Math.min(length, root.length + 1) }
}

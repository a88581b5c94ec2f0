import type { Reference, Span as Stretch } from '../../expressions/analysis.ts'
import type { StepKind } from '../definition.ts'
import { follow } from '../follow.ts'
import { meantOrKnown } from '../names.ts'
import type { Span } from '../sheet.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'
import { checkPath } from './path.ts'

/** Checks a read of a step's result: is there such a step, has it been performed for certain, can the path exist? */
export function checkStepReference(
  reference: Reference,
  at: (stretch: Stretch) => Span,
  env: Env,
  checker: Checker,
): void {
  const { path, segments, guard, relative } = reference
  const id = path[0]
  const segment = segments[0]
  if (id === undefined || segment === undefined) return
  const known = env.steps.get(id)
  if (relative) {
    if (known) checkPath(reference, known.shape, 1, at, checker)
    return
  }
  if (!known) {
    absent(id, at(segment), env, checker)
    return
  }
  const isNarrowed = guard !== undefined || env.narrowed.has(id)
  if (!known.isDefinite && !isNarrowed) {
    const hint = `Write $steps.${path.join('.')} ?? default, or ask $exists($steps.${id}) first`
    checker.report(
      'scope.maybe',
      at(segment),
      `The result of "${id}" may be missing here: not every way sets it`,
      hint,
    )
    return
  }
  const { quorumAt } = follow(known.shape, path.slice(1))
  const branch = quorumAt === undefined ? undefined : path[quorumAt]
  if (branch !== undefined && guard === undefined && !env.narrowed.has(`${id}.${branch}`)) {
    const hint = `Write $steps.${path.join('.')} ?? default`
    const message = `Branch "${branch}" of "${id}" may be missing: "need" lets it finish without`
    checker.report('scope.maybe', at(segments[quorumAt ?? 0] ?? segment), message, hint)
    return
  }
  checkPath(reference, known.shape, 1, at, checker)
}

/** A step that is not in scope: there is none, it comes later, or it stands inside a block. */
function absent(id: string, span: Span, env: Env, { ids, report, origins, fruitless }: Checker): void {
  const places = ids.get(id)
  if (!places) {
    const known = [...env.steps.keys()]
    const hint = meantOrKnown(id, [...ids.keys()], 'Steps with an id') ?? 'Give the step an "id"'
    report(
      'step.unknownId',
      span,
      `There is no step "${id}"`,
      known.length === 0 && ids.size === 0 ? 'Give the step an "id"' : hint,
    )
    return
  }
  const line = places[0]?.step.at[0] ?? 0
  const [never] = places
  if (never && places.every(({ step }) => fruitless.has(step))) {
    const [reason, hint] = endings[never.step.kind] ?? everyWay
    report('scope.never', span, `Step "${id}" (line ${line}) never has a result: ${reason}`, hint)
    return
  }
  if (places.some(({ step }) => isInside(span, origins.written.get(step)))) {
    const hint = 'Its "result" sees it as $result'
    report('scope.later', span, `Step "${id}" has no result yet while it is performed`, hint)
    return
  }
  if (places.every((place) => place.span.start > span.start)) {
    report(
      'scope.later',
      span,
      `Step "${id}" (line ${line}) is performed later, so it has no result yet`,
      'Move this step behind it',
    )
    return
  }
  const hint = 'A forEach, loop, parallel or race exports only its own result: give it an id, and a "result"'
  report(
    'scope.outside',
    span,
    `Step "${id}" (line ${line}) stands inside a block whose results are not visible here`,
    hint,
  )
}

/** Why a step of this kind leaves nothing to read, and what can be read instead. */
const endings: { readonly [K in StepKind]?: readonly [reason: string, hint: string] } = {
  fail: ['it always fails', 'What it fails with is $error in a "catch"'],
  return: ['it ends the run', 'Its value is the result of the run, and nothing else can read it'],
  break: ['it leaves the loop', 'The loop itself has a result: give it an "id", and a "result"'],
  continue: ['it leaves the pass', 'The loop itself has a result: give it an "id", and a "result"'],
}

const everyWay = [
  'every way through it fails, ends the run or leaves the loop',
  'Let a way go on, or read a step that goes on',
] as const

function isInside(span: Span, step: Span | undefined): boolean {
  return step !== undefined && step.start <= span.start && span.end <= step.end
}

import type { Step } from '../language/definition.ts'

/** The ids of the steps inside a step whose results are visible after it: another attempt at it begins without them. */
export function idsWithin(step: Step): readonly string[] {
  return transparent(step).flatMap(idsOf)
}

function idsOf(step: Step): readonly string[] {
  const around = [...(step.catch ?? []).flatMap(({ steps }) => steps), ...(step.finally ?? [])]
  return [...(step.id === undefined ? [] : [step.id]), ...idsWithin(step), ...around.flatMap(idsOf)]
}

function transparent(step: Step): readonly Step[] {
  if (step.kind === 'try') return step.steps
  if (step.kind === 'if') return [...step.then, ...step.else]
  if (step.kind === 'switch') return [...step.cases.flatMap(({ then }) => then), ...step.default]
  return []
}

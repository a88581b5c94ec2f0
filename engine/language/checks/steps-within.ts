import type { Step, StepKind } from '../definition.ts'

/** The steps right inside a step, by kind; those of its modifiers come on top. */
const inner: { readonly [K in StepKind]: (step: Step<K>) => readonly (readonly Step[])[] } = {
  call: () => [],
  workflow: () => [],
  set: () => [],
  if: (step) => [step.then, step.else],
  switch: (step) => [...step.cases.map(({ then }) => then), step.default],
  forEach: (step) => [step.steps],
  loop: (step) => [step.steps],
  parallel: (step) => step.branches.map(({ steps }) => steps),
  race: (step) => step.branches.map(({ steps }) => steps),
  try: (step) => [step.steps],
  wait: () => [],
  waitFor: () => [],
  ask: () => [],
  emit: () => [],
  fail: () => [],
  return: () => [],
  break: () => [],
  continue: () => [],
}

/** The sequences of a step's kind, which its `timeout` is around. */
export function blocksIn(step: Step): readonly (readonly Step[])[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a row takes steps of its own kind
  const ofKind = inner[step.kind] as (step: Step) => readonly (readonly Step[])[]
  return ofKind(step)
}

/** The sequences of a step's modifiers, which come after its `timeout`. */
export function afterwards(step: Step): readonly (readonly Step[])[] {
  return [...(step.catch ?? []).map(({ steps }) => steps), step.finally ?? []]
}

/** Every sequence right inside a step: those of its kind, its catch clauses and its `finally`. */
export function sequencesIn(step: Step): readonly (readonly Step[])[] {
  return [...blocksIn(step), ...afterwards(step)]
}

/** Every step of a sequence, those inside others included, in the order in which they are written. */
export function stepsWithin(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...sequencesIn(step).flatMap(stepsWithin)])
}

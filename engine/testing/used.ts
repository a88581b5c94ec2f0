import { stepsWithin } from '../language/checks/steps-within.ts'
import type { Definition, Step } from '../language/definition.ts'
import { referenceOf } from '../language/newest.ts'

/** The names by which definitions mean things outside of themselves. */
export interface Used {
  readonly activities: Set<string>
  readonly workflows: Set<string>
  /** The ids of `ask` steps. */
  readonly questions: Set<string>
  readonly events: Set<string>
}

/** What the steps of definitions, the innermost included, name. */
export function usedIn(definitions: readonly Definition[]): Used {
  const used: Used = { activities: new Set(), workflows: new Set(), questions: new Set(), events: new Set() }
  for (const step of definitions.flatMap(allSteps)) {
    if (step.kind === 'call') used.activities.add(step.activity)
    if (step.kind === 'workflow') used.workflows.add(referenceOf(step.workflow).name)
    if (step.kind === 'waitFor') used.events.add(step.event)
    if (step.kind === 'ask' && step.id !== undefined) used.questions.add(step.id)
    const { compensate } = step
    if (compensate && 'call' in compensate) used.activities.add(compensate.call)
    if (compensate && 'workflow' in compensate) used.workflows.add(referenceOf(compensate.workflow).name)
  }
  return used
}

function allSteps({ steps, catch: clauses, finally: last }: Definition): readonly Step[] {
  return [...steps, ...(clauses ?? []).flatMap((clause) => clause.steps), ...(last ?? [])].flatMap((step) =>
    stepsWithin([step]),
  )
}

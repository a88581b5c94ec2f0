import type { ActivityCatalog } from './catalog.ts'
import type { Checker, IdPlace } from './checks/checker.ts'
import { checkDefinition } from './checks/definition.ts'
import { stepsWithin } from './checks/steps-within.ts'
import { walkSteps } from './checks/walk.ts'
import { checkWorld } from './checks/world.ts'
import type { Lowered } from './lower/definition.ts'
import { spanOf } from './origins.ts'
import type { Unit } from './unit.ts'
import { fieldOf } from './written.ts'

/** Finds what is wrong with the meaning of definitions, alone and together. */
export function checkDefinitions(units: readonly Unit[], catalog: ActivityCatalog | undefined): void {
  const definitions = units.flatMap(({ lowered }) => lowered?.definition ?? [])
  const names = new Set(units.flatMap(({ name }) => name ?? []))
  checkWorld(units)
  for (const unit of units) {
    if (!unit.lowered) continue
    checkDefinition(unit.lowered.root, unit.lowered.usedRetries, {
      definition: unit.lowered.definition,
      origins: unit.lowered.origins,
      report: unit.report,
      ...(catalog && { catalog }),
      world: { definitions, names },
      uses: { vars: new Set(), config: new Set(), functions: new Set(), secrets: new Set(), runIds: [] },
      shapes: new Map(),
      walk: walkSteps,
      ids: idsOf(unit.lowered),
      fruitless: new Set(),
      isSound: !unit.issues.some(({ severity }) => severity === 'error'),
    })
  }
}

function idsOf({ definition, origins }: Lowered): Checker['ids'] {
  const ids = new Map<string, IdPlace[]>()
  const clauses = (definition.catch ?? []).flatMap(({ steps }) => steps)
  for (const step of stepsWithin([...definition.steps, ...clauses, ...(definition.finally ?? [])])) {
    if (step.id === undefined) continue
    const span = fieldOf(origins.written.get(step), 'id') ?? spanOf(origins, step)
    ids.set(step.id, [...(ids.get(step.id) ?? []), { step, span }])
  }
  return ids
}

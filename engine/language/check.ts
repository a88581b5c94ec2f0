import type { ActivityCatalog } from './catalog.ts'
import { checkNames } from './checks/names.ts'
import type { Unit } from './unit.ts'

/** Finds what is wrong with the meaning of definitions, alone and together. */
export function checkDefinitions(units: readonly Unit[], catalog: ActivityCatalog | undefined): void {
  checkNames(units, catalog)
}

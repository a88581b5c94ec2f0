import type { ActivityCatalog } from '../catalog.ts'
import type { Unit } from '../unit.ts'

/** Names of definitions, steps and activities. */
export function checkNames(_units: readonly Unit[], _catalog: ActivityCatalog | undefined): void {}

import type { ActivityCatalog } from './catalog.ts'
import { checkDefinitions } from './check.ts'
import type { Definition } from './definition.ts'
import type { Issue } from './issue.ts'
import { lower } from './lower/definition.ts'
import { parse } from './parse.ts'
import { reportInto } from './report.ts'
import { sheetOf, type Source } from './sheet.ts'
import { checkStructure } from './structure.ts'
import type { Unit } from './unit.ts'
import { fieldOf, textOf } from './written.ts'

export type { Source } from './sheet.ts'

/** What became of a set of sources. */
export interface Compiled {
  /** Those without errors. */
  readonly definitions: readonly Definition[]
  /** Of all sources, sorted by file, line and column. */
  readonly issues: readonly Issue[]
}

/**
 * Reads, checks and lowers definitions that may refer to each other. Every issue of every source is found in one go.
 * Without a catalog the names and arguments of activities are not checked.
 */
export function compile(sources: readonly Source[], catalog?: ActivityCatalog): Compiled {
  const units = sources.map((source) => unitOf(source, catalog))
  checkDefinitions(units, catalog)
  const definitions = units.flatMap(({ lowered, issues }) =>
    lowered && !issues.some((issue) => issue.severity === 'error') ? [lowered.definition] : [],
  )
  return { definitions, issues: units.flatMap((unit) => unit.issues).toSorted(byPlace) }
}

function unitOf(source: Source, catalog: ActivityCatalog | undefined): Unit {
  const sheet = sheetOf(source)
  const issues: Issue[] = []
  const report = reportInto(issues, sheet)
  const { root, isWhole } = parse(sheet, report)
  const name = textOf(fieldOf(root, 'name'))
  const unit: Unit = { sheet, issues, report, ...(name !== undefined && { name }) }
  if (!root || !isWhole) return unit
  checkStructure(root, sheet, report)
  return root.type === 'map' ? { ...unit, lowered: lower(root, sheet, report, catalog) } : unit
}

function byPlace(a: Issue, b: Issue): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1)
}

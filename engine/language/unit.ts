import type { Issue } from './issue.ts'
import type { Lowered } from './lower/definition.ts'
import type { Report } from './report.ts'
import type { Sheet } from './sheet.ts'

/** One source on its way through the room. */
export interface Unit {
  readonly sheet: Sheet
  /** What has been found in it so far. */
  readonly issues: Issue[]
  readonly report: Report
  /** Its name, known even where the rest cannot be read. */
  readonly name?: string
  /** Absent when the source could not be read as a map. */
  readonly lowered?: Lowered
}

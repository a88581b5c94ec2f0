import type { ActivityCatalog } from '../catalog.ts'
import type { Duration, RetryPolicy, Step, StepKind } from '../definition.ts'
import type { Origins } from '../origins.ts'
import type { Report } from '../report.ts'
import type { Sheet } from '../sheet.ts'
import type { Written } from '../written.ts'

/** What every part of the lowering of one definition shares. */
export interface Lowering {
  readonly sheet: Sheet
  readonly report: Report
  readonly origins: Origins
  readonly catalog?: ActivityCatalog
  /** The named policies, and which of them have been used. */
  readonly retries: ReadonlyMap<string, RetryPolicy>
  readonly usedRetries: Set<string>
  readonly defaults: ReadonlyMap<StepKind, Defaults>
  /** Reads a sequence; handed in, because clauses hold steps and steps hold clauses. */
  readonly steps: (written: Written | undefined, lowering: Lowering) => readonly Step[]
}

/** What `defaults` says for one kind of step. */
export interface Defaults {
  readonly timeout?: Duration
  readonly retry?: readonly RetryPolicy[]
}

/** A record whose `undefined` fields are absent instead. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** `record` without the fields that are `undefined`: what is absent takes no room in a run's history. */
export function given<T extends object>(record: T): Given<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the filter is what the type says
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Given<T>
}

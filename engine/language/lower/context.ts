import type { ActivityCatalog } from '../catalog.ts'
import type { Duration, RetryPolicy, StepKind } from '../definition.ts'
import type { Origins } from '../origins.ts'
import type { Report } from '../report.ts'
import type { Sheet } from '../sheet.ts'

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
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Given<T>
}

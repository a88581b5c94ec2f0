import type { Deed } from './deeds.ts'
import type { Promised } from './ledger.ts'
import type { FileRecord } from './record.ts'
import { byFile } from './audit-file.ts'
import { byDeeds } from './audit-deeds.ts'

/** All there is to judge by. */
export interface Evidence {
  readonly file: FileRecord
  /** Copies that were made meanwhile, and the runs that clients had been told of before. */
  readonly copies: readonly { readonly file: FileRecord; readonly told: readonly string[] }[]
  readonly deeds: readonly Deed[]
  readonly promised: readonly Promised[]
  /** What clients and the watch over the processes had to complain about. */
  readonly complaints: readonly string[]
  readonly largestWalBytes: number
}

/** A promise that was not kept. */
export interface Violation {
  readonly promise: string
  readonly what: string
}

/** What looks at one promise: everything that it finds broken, in words. */
export type Check = (evidence: Evidence) => Iterable<string>

/** Looks at every promise that a hub gives; none found broken: an empty list. */
export function audit(evidence: Evidence): readonly Violation[] {
  const checks = { 'nothing goes wrong by itself': complained, ...byFile, ...byDeeds }
  return Object.entries(checks).flatMap(([promise, check]) =>
    [...check(evidence)].map((what) => ({ promise, what })),
  )
}

function complained({ complaints }: Evidence): readonly string[] {
  return complaints
}

import type { ErrorObject } from 'ajv'
import type { IssueCode } from './codes.ts'
import type { Sheet, Span } from './sheet.ts'
import type { Entry, Written } from './written.ts'

/** What is wrong, in the author's terms. */
export interface StructureIssue {
  readonly code: IssueCode
  readonly span: Span
  readonly message: string
  readonly hint?: string
}

/** Where in a document the schema's validator complains, and about what. */
export interface Place {
  readonly error: ErrorObject
  readonly value: Written
  readonly sheet: Sheet
  /** What the value stands in. */
  readonly parent: Written
  /** The key under which the value stands. */
  readonly entry?: Entry
  /** What people call the value: its key, or what it is an item of. */
  readonly label: string
  /** An item of a list, so the key is not its own. */
  readonly isItem: boolean
}

/** A block would be underlined from top to bottom: its first key or item says enough. */
export function headOf(value: Written): Span {
  if (value.type === 'map' && !value.flow) return value.entries[0]?.keySpan ?? value
  if (value.type === 'list' && !value.flow) return { start: value.start, end: value.start + 1 }
  return value
}

/** “Did you mean”, else the keys there are. */
export function meantOr(meant: string | undefined, known: readonly string[]): string {
  return meant === undefined ? `Keys: ${known.join(', ')}` : `Did you mean "${meant}"?`
}

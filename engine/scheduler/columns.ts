import type { SQLOutputValue } from 'node:sqlite'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>

/** A TEXT column. */
export function textIn(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw unexpected(column, value)
}

/** A TEXT column that may be NULL. */
export function optionalTextIn(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textIn(row, column)
}

/** An INTEGER column. */
export function integerIn(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw unexpected(column, value)
}

/** An INTEGER column that may be NULL. */
export function optionalIntegerIn(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integerIn(row, column)
}

/** A BLOB column. */
export function bytesIn(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw unexpected(column, value)
}

/** A BLOB column that may be NULL. */
export function optionalBytesIn(row: Row, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytesIn(row, column)
}

function unexpected(column: string, value: SQLOutputValue | undefined): TypeError {
  return new TypeError(`Column "${column}" holds ${value === undefined ? 'nothing' : typeof value}`)
}

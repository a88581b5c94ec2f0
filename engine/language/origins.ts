import type { Expression } from '../expressions/template.ts'
import { offsetsOf } from './offsets.ts'
import type { Sheet, Span } from './sheet.ts'
import type { Written, WrittenScalar } from './written.ts'

/** What the parts of a definition were lowered from, so that a check of the definition can point into the file. */
export interface Origins {
  readonly sheet: Sheet
  /** Of steps, templates, clauses, policies: by identity. */
  readonly written: Map<object, Written>
  readonly expressions: Map<Expression, ExpressionOrigin>
  /** Steps that stand in for ones that could not be lowered. */
  readonly broken: Set<object>
}

export interface ExpressionOrigin {
  readonly scalar: WrittenScalar
  /** Where the expression starts in the scalar's value. */
  readonly from: number
}

/** An empty record for one sheet. */
export function originsIn(sheet: Sheet): Origins {
  return { sheet, written: new Map(), expressions: new Map(), broken: new Set() }
}

/** Where a part of the definition is written; the start of the file for what is written nowhere. */
export function spanOf(origins: Origins, part: object): Span {
  return origins.written.get(part) ?? { start: 0, end: 1 }
}

/** Where characters `start` to `end` of an expression are written. */
export function spanIn(origins: Origins, expression: Expression, start = 0, end?: number): Span {
  const origin = origins.expressions.get(expression)
  if (!origin) return { start: 0, end: 1 }
  const offset = offsetsOf(origin.scalar, origins.sheet.text)
  const last = origin.from + Math.max(end ?? expression.jsonata.length, start + 1)
  return { start: offset(origin.from + start), end: offset(last - 1) + 1 }
}

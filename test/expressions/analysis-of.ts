import { analyse } from '../../engine/expressions/analyse.ts'
import type { Analysis, Span } from '../../engine/expressions/analysis.ts'

/** The analysis of a source that is an expression. */
export function analysisOf(source: string, item?: string): Analysis {
  const outcome = analyse(source, item)
  if (!outcome.ok) throw new Error(outcome.problem.message)
  return outcome.analysis
}

/** The part of `source` that a span covers. */
export function text(source: string, { offset, length }: Span): string {
  return source.slice(offset, offset + length)
}

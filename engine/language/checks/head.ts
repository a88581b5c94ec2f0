import type { Step } from '../definition.ts'
import { spanOf } from '../origins.ts'
import type { Span } from '../sheet.ts'
import type { Checker } from './checker.ts'

/** The first key of a step: enough to underline. */
export function headOf(step: Step, { origins }: Checker): Span {
  const written = origins.written.get(step)
  return (written?.type === 'map' ? written.entries[0]?.keySpan : undefined) ?? spanOf(origins, step)
}

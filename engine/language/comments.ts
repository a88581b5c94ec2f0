import type { Sheet, Span } from './sheet.ts'
import type { WrittenScalar } from './written.ts'

/** An unquoted text together with the comment behind it on its last line; nothing when there is no such comment. */
export function commentBehind(written: WrittenScalar, sheet: Sheet): Span | undefined {
  if (written.style !== 'plain') return undefined
  const comment = /^[ \t]+#[^\n]*/.exec(sheet.text.slice(written.end, written.end + 2000))
  return comment ? { start: written.start, end: written.end + comment[0].length } : undefined
}

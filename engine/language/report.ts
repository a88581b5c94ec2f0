import type { IssueCode } from './codes.ts'
import { codes } from './codes.ts'
import type { Issue } from './issue.ts'
import { placeAt, type Sheet, type Span } from './sheet.ts'

/** Notes that something is wrong at a place: one sentence of what is wrong, one of what would be right. */
export type Report = (code: IssueCode, span: Span, message: string, hint?: string) => void

/**
 * A report that turns what it hears into issues of `sheet`. Of several at one place the first counts, because the
 * others most often follow from it; only a warning gives way to an error.
 */
export function reportInto(issues: Issue[], sheet: Sheet): Report {
  const heard = new Map<number, number>()
  return (code, place, message, hint) => {
    const span = bodyOf(sheet, place)
    const [line, column] = placeAt(sheet, span.start)
    const [endLine, endColumn] = placeAt(sheet, Math.max(trimmedEnd(sheet, span), span.start + 1))
    const { severity } = codes[code]
    const at = { file: sheet.file, line, column, endLine, endColumn }
    const issue = { code, severity, ...at, message, ...(hint !== undefined && { hint }) }
    const before = heard.get(span.start)
    if (before === undefined) heard.set(span.start, issues.push(issue) - 1)
    else if (severity === 'error' && issues[before]?.severity === 'warning') issues[before] = issue
  }
}

/** Of a block scalar the text is meant, not the `|` or `>-` before it. */
function bodyOf({ text }: Sheet, span: Span): Span {
  const header = /^[|>][-+0-9]*[ \t]*\n\s*/.exec(text.slice(span.start, span.end))
  const isValue = /[:-][ \t]*$/.test(text.slice(Math.max(0, span.start - 8), span.start))
  return header && isValue ? { start: span.start + header[0].length, end: span.end } : span
}

/** White space at the end of a block is not part of what is wrong. */
function trimmedEnd(sheet: Sheet, span: Span): number {
  let end = Math.min(span.end, sheet.text.length)
  while (end > span.start && /\s/.test(sheet.text.charAt(end - 1))) end--
  return end
}

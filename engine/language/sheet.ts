/** A definition file: where it is, as issues show it, and what is written in it. */
export interface Source {
  /** Relative, shown in issues. */
  readonly file: string
  readonly text: string
}

/** A source that knows where its lines start. */
export interface Sheet extends Source {
  readonly lineStarts: readonly number[]
}

/** A stretch of a source: offsets, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** `source` with its lines counted. */
export function sheetOf({ file, text: written }: Source): Sheet {
  // A byte order mark is no character of the first line, for editors either.
  const text = written.replace(/^\uFEFF/, '')
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return { file, text, lineStarts }
}

/** Line and column, from 1, of an offset. */
export function placeAt(sheet: Sheet, offset: number): [line: number, column: number] {
  let low = 0
  let high = sheet.lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sheet.lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return [low + 1, offset - (sheet.lineStarts[low] ?? 0) + 1]
}

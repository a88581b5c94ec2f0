import { styleText } from 'node:util'

/** One of the two streams of a shell. */
export interface Pen {
  write(text: string): void
  /** Only on a terminal, and not when NO_COLOR is set. */
  readonly hasColor: boolean
  /** The width of the terminal; absent: as wide as it takes. */
  readonly columns?: number | undefined
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Writes a line. */
export function say(pen: Pen, text: string = ''): void {
  pen.write(`${text}\n`)
}

/** `text` in a style where the pen has colours. */
export function paint(pen: Pen, style: Style, text: string): string {
  return pen.hasColor ? styleText(style, text, { validateStream: false }) : text
}

/** Writes one JSON value, for programs. */
export function sayJson(pen: Pen, value: unknown): void {
  say(pen, JSON.stringify(value, null, 2))
}

/** Writes rows under a heading, in columns as wide as their widest cell; the last one is cut at the terminal's edge. */
export function sayTable(pen: Pen, heading: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heading.map((_, column) =>
    Math.max(...[heading, ...rows].map((row) => (row[column] ?? '').length)),
  )
  const lineOf = (row: readonly string[]): string => {
    const text = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    return text.slice(0, pen.columns).trimEnd()
  }
  say(pen, paint(pen, 'dim', lineOf(heading.map((title) => title.toUpperCase()))))
  for (const row of rows) say(pen, lineOf(row))
}

/** The style in which people expect to see a status. */
export function styleOf(status: string): Style {
  if (status === 'completed') return 'green'
  if (status === 'failed' || status === 'cancelled') return 'red'
  return status === 'waiting' || status === 'suspended' ? 'yellow' : 'cyan'
}

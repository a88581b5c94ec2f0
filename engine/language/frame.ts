import type { Issue } from './issue.ts'

/** An issue for people: where, which, what, what would be right, and the lines with the very characters underlined. */
export function formatIssue(issue: Issue, text: string, options: { readonly color?: boolean } = {}): string {
  const paint = options.color === true ? painted : plain
  const tone = issue.severity === 'error' ? 'red' : 'yellow'
  const place = paint('bold', `${issue.file}:${issue.line}:${issue.column}`)
  const head = `${place}  ${paint(tone, issue.code)}${issue.severity === 'warning' ? ' (warning)' : ''}`
  const lines = [`  ${issue.message}`]
  if (issue.hint !== undefined) lines.push(`  ${paint('dim', issue.hint)}`)
  return [head, ...lines, ...frame(issue, text, paint)].join('\n')
}

type Paint = (tone: keyof typeof tones, text: string) => string

const tones = { red: 31, yellow: 33, bold: 1, dim: 2 } as const

const painted: Paint = (tone, text) => `\u001B[${tones[tone]}m${text}\u001B[0m`
const plain: Paint = (_, text) => text

/** At most so many lines of what is underlined are shown. */
const shownLines = 4

function frame(issue: Issue, text: string, paint: Paint): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const last = Math.min(issue.endLine, issue.line + shownLines - 1, lines.length)
  const width = String(last).length
  const tone = issue.severity === 'error' ? 'red' : 'yellow'
  const shown: string[] = []
  for (let number = issue.line; number <= last; number++) {
    const source = lines[number - 1] ?? ''
    const from = number === issue.line ? issue.column - 1 : source.length - source.trimStart().length
    const end = number === issue.endLine ? issue.endColumn - 1 : source.trimEnd().length
    const [before, under, after] = clipped(source, from, end)
    const marks = '^'.repeat(Math.max(1, columns(under)))
    shown.push(`  ${paint('dim', `${String(number).padStart(width)} |`)} ${before}${under}${after}`.trimEnd())
    shown.push(
      `  ${paint('dim', `${' '.repeat(width)} |`)} ${' '.repeat(columns(before))}${paint(tone, marks)}`,
    )
  }
  if (last < issue.endLine) shown.push(`  ${paint('dim', `${' '.repeat(width)} | …`)}`)
  return shown
}

/** A line in three: before, under and after the marks, cut where it would not fit on a screen. */
function clipped(source: string, from: number, end: number): [before: string, under: string, after: string] {
  const line = source.replaceAll(/\p{Cc}/gu, ' ')
  const [before, under, after] = [line.slice(0, from), line.slice(from, end), line.slice(end)]
  return [
    before.length > 70 ? `…${before.slice(-60)}` : before,
    under.length > 90 ? `${under.slice(0, 80)}…` : under,
    after.length > 50 ? `${after.slice(0, 40)}…` : after,
  ]
}

const segments = new Intl.Segmenter()

/** How many columns a terminal needs: characters of East Asian scripts and emoji take two. */
function columns(text: string): number {
  if (/^[\u0020-\u007E]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segments.segment(text))
    width +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]|\p{Emoji_Presentation}/u.test(
        segment,
      )
        ? 2
        : 1
  return width
}

import type { Issue } from './issue.ts'

/** An issue for people: where, which, what, what would be right, and the lines with the very characters underlined. */
export function formatIssue(issue: Issue, text: string, options: { readonly color?: boolean } = {}): string {
  const paint = options.color === true ? painted : plain
  const tone = issue.severity === 'error' ? 'red' : 'yellow'
  const head = `${paint('bold', `${issue.file}:${issue.line}:${issue.column}`)}  ${paint(tone, issue.code)}`
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
  const lines = text.split('\n')
  const last = Math.min(issue.endLine, issue.line + shownLines - 1, lines.length)
  const width = String(last).length
  const tone = issue.severity === 'error' ? 'red' : 'yellow'
  const shown: string[] = []
  for (let number = issue.line; number <= last; number++) {
    const source = (lines[number - 1] ?? '').replace(/\r$/, '')
    const from = number === issue.line ? issue.column - 1 : source.length - source.trimStart().length
    const end = number === issue.endLine ? issue.endColumn - 1 : source.length
    const margin = `  ${paint('dim', `${String(number).padStart(width)} |`)} `
    const blank = `  ${paint('dim', `${' '.repeat(width)} |`)} `
    shown.push(`${margin}${source.replaceAll('\t', ' ')}`)
    const under = paint(tone, '^'.repeat(Math.max(1, columns(source.slice(from, end)))))
    shown.push(`${blank}${' '.repeat(columns(source.slice(0, from)))}${under}`)
  }
  if (last < issue.endLine) shown.push(`  ${paint('dim', `${' '.repeat(width)} | …`)}`)
  return shown
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

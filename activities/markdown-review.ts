import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it'

/** What an editor wants to know about a draft before reading it. */
export interface Review {
  readonly title: string
  readonly words: number
  readonly headings: readonly string[]
  readonly links: readonly string[]
  readonly problems: readonly DraftProblem[]
}

export interface DraftProblem {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** CommonMark with tables; raw HTML in it is shown as text, and links that run scripts are not made. */
export const markdown: MarkdownIt = createMarkdown({ html: false, linkify: true, typographer: true })

/** Reads a draft as an editor would at first sight. */
export function review(text: string): Review {
  const places = inlinesOf(markdown.parse(text, {}))
  const headings = places.filter(({ level }) => level > 0)
  const words = places.flatMap(({ token }) => wordsOf(token)).length
  const links = places.flatMap(({ token }) => hrefsOf(token).filter((href) => href !== ''))
  const title = headings.find(({ level }) => level === 1)
  return {
    title: title ? plain(title.token) : '',
    words,
    headings: headings.map(({ token }) => plain(token)),
    links: [...new Set(links)],
    problems: [
      ...(title === undefined ? [{ line: 1, message: 'There is no title: no line begins with "# "' }] : []),
      ...(words === 0 ? [{ line: 1, message: 'There is no text' }] : []),
      ...headingProblems(headings),
      ...places.flatMap(placeProblems),
    ].toSorted((a, b) => a.line - b.line),
  }
}

/** A stretch of text, with its line and, in a heading, the heading's level; 0 elsewhere. */
interface Place {
  readonly token: Token
  readonly line: number
  readonly level: number
}

function inlinesOf(tokens: readonly Token[]): Place[] {
  return tokens.flatMap((token, index) => {
    if (token.type !== 'inline') return []
    const before = tokens[index - 1]
    const level = before?.type === 'heading_open' ? Number(before.tag.slice(1)) : 0
    return [{ token, line: (token.map?.[0] ?? 0) + 1, level }]
  })
}

function headingProblems(headings: readonly Place[]): DraftProblem[] {
  return headings.flatMap(({ level, line, token }, index) => {
    const above = headings[index - 1]?.level ?? 0
    if (level > above + 1 && above > 0) {
      return [
        { line, message: `"${plain(token)}" is a heading of level ${level} right below level ${above}` },
      ]
    }
    const isSecondTitle = level === 1 && headings.slice(0, index).some((heading) => heading.level === 1)
    return isSecondTitle ? [{ line, message: `"${plain(token)}" is a second title` }] : []
  })
}

function placeProblems({ token, line }: Place): DraftProblem[] {
  const unfinished = /\b(?:TODO|TBD|FIXME|XXX)\b/.exec(token.content)?.[0]
  const hasBareImage = token.children?.some((child) => child.type === 'image' && child.content.trim() === '')
  return [
    ...(unfinished === undefined ? [] : [{ line, message: `"${unfinished}" was left in the text` }]),
    ...(hasBareImage ? [{ line, message: 'An image says nothing to those who cannot see it' }] : []),
    ...(hrefsOf(token).includes('') ? [{ line, message: 'A link leads nowhere' }] : []),
  ]
}

function wordsOf(token: Token): string[] {
  return plain(token).match(/\S*[\p{L}\p{N}]\S*/gu) ?? []
}

/** What is left when the marks of Markdown are gone. */
function plain(token: Token): string {
  const pieces = token.children?.map(({ type, content }) => (type.endsWith('break') ? ' ' : content)) ?? []
  return pieces.join('')
}

function hrefsOf(token: Token): string[] {
  return (
    token.children?.flatMap((child) =>
      child.type === 'link_open' ? [String(child.attrGet('href') ?? '')] : [],
    ) ?? []
  )
}

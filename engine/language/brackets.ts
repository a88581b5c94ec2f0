import type { Sheet, Span } from './sheet.ts'

/** The innermost bracket or brace that is open at `end`, or the first that is closed by one of the other kind. */
export function openBracket({ text }: Sheet, end: number): Span | undefined {
  const open: number[] = []
  for (let at = 0; at < end; at++) {
    const character = text.charAt(at)
    const isStart = /[\s,:[{]/.test(text.charAt(at - 1) || '\n')
    if (character === '#' && isStart) at = lineEnd(text, at)
    else if (/["']/.test(character) && isStart) at = closingQuote(text, at)
    else if (/[[{]/.test(character) && isStart && (open.length > 0 || startsValue(text, at))) open.push(at)
    else if (/[\]}]/.test(character) && open.length > 0) {
      const last = open.pop() ?? 0
      if (pairs[text.charAt(last)] !== character) return { start: last, end: last + 1 }
    }
  }
  const last = open.at(-1)
  return last === undefined ? undefined : { start: last, end: last + 1 }
}

const pairs: Readonly<Record<string, string>> = { '[': ']', '{': '}' }

/** What closes a bracket or a brace. */
export function closerOf({ text }: Sheet, { start }: Span): string {
  return pairs[text.charAt(start)] ?? ''
}

/** Outside of brackets, only the first character of a value opens one. */
function startsValue(text: string, at: number): boolean {
  return /(?:^|\n|: |- )[ \t]*$/.test(text.slice(Math.max(0, at - 80), at))
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function closingQuote(text: string, at: number): number {
  const quote = text.charAt(at)
  for (let end = at + 1; end < text.length; end++) {
    if (quote === '"' && text.charAt(end) === '\\') end++
    else if (text.charAt(end) === quote) return end
  }
  return text.length
}

import type { WrittenScalar } from './written.ts'

/**
 * For every character of a scalar's value, the offset in its file, and one more for the end.
 *
 * The value and its source are walked side by side. YAML only ever drops, folds or escapes: what is not white space
 * stands in both in the same order, so no grammar of indentation is needed here.
 */
export function offsetsOf(scalar: WrittenScalar, text: string): (index: number) => number {
  const value = typeof scalar.value === 'string' ? scalar.value : text.slice(scalar.start, scalar.end)
  const start = bodyStart(scalar, text)
  if (text.startsWith(value, start)) return (index) => start + index
  const known = align(value, scalar, text, start)
  return (index) => known[Math.min(index, known.length - 1)] ?? scalar.start
}

function bodyStart(scalar: WrittenScalar, text: string): number {
  if (scalar.style === 'plain') return scalar.start
  if (scalar.style !== 'block') return scalar.start + 1
  // The header of a block scalar (`>-`, `|2`) ends with its line; then comes the indentation.
  const line = text.indexOf('\n', scalar.start)
  const body = line < 0 ? scalar.end : line + 1
  const indentation = /^[ ]*/.exec(text.slice(body, scalar.end))
  return body + (indentation?.[0].length ?? 0)
}

function align(value: string, scalar: WrittenScalar, text: string, start: number): readonly number[] {
  const known: number[] = []
  let at = start
  while (known.length < value.length) {
    const wanted = value.charAt(known.length)
    if (scalar.style === 'double' && text.charAt(at) === '\\') {
      const escape = escapeAt(text, at)
      // White space that folding has already accounted for.
      const isPast = !isWhite(wanted) && /[ \tnr]/.test(text.charAt(at + 1))
      if (!isPast) for (let unit = 0; unit < escape.units; unit++) known.push(at)
      at = escape.end
    } else if (text.charAt(at) === wanted) {
      known.push(at)
      at += scalar.style === 'single' && wanted === "'" ? 2 : 1
    } else if (isWhite(wanted)) {
      known.push(at)
    } else if (at < scalar.end && isWhite(text.charAt(at))) {
      at++
    } else {
      // Not a source that YAML would read as this value: better a place near it than none.
      known.push(Math.min(at, scalar.end))
    }
  }
  known.push(at)
  return known
}

/** Where an escape ends and how many UTF-16 units it stands for; an escaped line end stands for none. */
function escapeAt(text: string, at: number): { readonly end: number; readonly units: number } {
  const digits = { x: 2, u: 4, U: 8 }[text.charAt(at + 1)]
  if (digits !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16)
    return { end: at + 2 + digits, units: code > 0xffff ? 2 : 1 }
  }
  if (text.charAt(at + 1) === '\n' || text.charAt(at + 1) === '\r') {
    let end = at + 1
    while (isWhite(text.charAt(end))) end++
    return { end, units: 0 }
  }
  return { end: at + 2, units: 1 }
}

function isWhite(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r'
}

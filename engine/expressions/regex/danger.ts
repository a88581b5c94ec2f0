import type { AST } from '@eslint-community/regexpp'
import { type CharSet, intersect, unite } from './char-set.ts'
import { setOf } from './compile.ts'

/**
 * Why a pattern is refused, when it is: something that repeats without bound inside something that does,
 * or a choice, repeated without bound, of which two ways can read the same text. Both try exponentially many ways.
 */
export function dangerIn(pattern: AST.Pattern, ignoreCase: boolean): string | undefined {
  return first(unbounded(pattern.alternatives), (outer) => {
    const { element } = outer
    const inner = 'alternatives' in element ? unbounded(element.alternatives)[0] : undefined
    if (inner) return `"${outer.raw}" repeats "${inner.raw}", which already repeats`
    return 'alternatives' in element ? ambiguity(element.alternatives, outer, ignoreCase) : undefined
  })
}

/** All unbounded quantifiers, the outer before the inner. */
function unbounded(alternatives: readonly AST.Alternative[]): readonly AST.Quantifier[] {
  return alternatives
    .flatMap(({ elements }) => elements)
    .flatMap((element) => {
      const inner = element.type === 'Quantifier' ? element.element : element
      const below = 'alternatives' in inner ? unbounded(inner.alternatives) : []
      return element.type === 'Quantifier' && element.max === Infinity ? [element].concat(below) : below
    })
}

function ambiguity(
  alternatives: readonly AST.Alternative[],
  outer: AST.Quantifier,
  ignoreCase: boolean,
): string | undefined {
  for (const [index, one] of alternatives.entries())
    for (const other of alternatives.slice(index + 1))
      if (canAgree(one, other, ignoreCase))
        return `"${outer.raw}" repeats a choice in which "${one.raw}" and "${other.raw}" can read the same text`
  return first(
    alternatives.flatMap(({ elements }) => elements),
    (element) => {
      const inner = element.type === 'Quantifier' ? element.element : element
      return 'alternatives' in inner && inner.type !== 'Assertion'
        ? ambiguity(inner.alternatives, outer, ignoreCase)
        : undefined
    },
  )
}

/** Whether one text can begin both ways, as far as that can be told from their characters. */
function canAgree(one: AST.Alternative, other: AST.Alternative, ignoreCase: boolean): boolean {
  for (const [index, element] of one.elements.entries()) {
    const opposite = other.elements[index]
    if (!opposite) return true
    const [a, b] = [firstSet(element, ignoreCase), firstSet(opposite, ignoreCase)]
    if (!a || !b) return true
    if (!intersect(a, b)) return false
    if (!setOf(element, ignoreCase) || !setOf(opposite, ignoreCase)) return true
  }
  return true
}

/** The characters with which an element can begin; nothing when it may be empty, or cannot be told. */
function firstSet(element: AST.Element, ignoreCase: boolean): CharSet | undefined {
  if (element.type === 'Quantifier')
    return element.min > 0 ? firstSet(element.element, ignoreCase) : undefined
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return setOf(element, ignoreCase)
  const sets = element.alternatives.map(({ elements: [start] }) => start && firstSet(start, ignoreCase))
  const known = sets.filter((set) => set !== undefined)
  return known.length === sets.length ? unite(known) : undefined
}

function first<T>(items: readonly T[], of: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = of(item)
    if (found !== undefined) return found
  }
  return undefined
}

import type { AST } from '@eslint-community/regexpp'
import { type CharSet, intersect, unite, withoutCase } from './char-set.ts'
import { setOf } from './compile.ts'

/**
 * Why a pattern is refused, when it is: something that repeats without bound inside something that does,
 * or a choice, repeated without bound, of which two ways can read the same text. Both try exponentially many ways.
 */
export function dangerIn(pattern: AST.Pattern, ignoreCase: boolean): string | undefined {
  return first(unbounded(pattern.alternatives), (outer) => {
    const { element } = outer
    const inner = 'alternatives' in element ? unbounded(element.alternatives)[0] : undefined
    if (inner) return `"${cut(outer.raw)}" repeats "${cut(inner.raw)}", which already repeats`
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

/** More ways than this are not compared. */
const mostWays = 200

function ambiguity(
  alternatives: readonly AST.Alternative[],
  outer: AST.Quantifier,
  ignoreCase: boolean,
): string | undefined {
  if (alternatives.length > mostWays)
    return `"${cut(outer.raw)}" repeats a choice of more than ${mostWays} ways`
  const ways = alternatives.map(({ elements }) => elements.map((element) => characters(element, ignoreCase)))
  for (const [index, one] of ways.entries())
    for (let other = index + 1; other < ways.length; other++)
      if (canAgree(one, ways[other] ?? []))
        return `"${cut(outer.raw)}" repeats a choice in which "${alternatives[index]?.raw}" and "${alternatives[other]?.raw}" can read the same text`
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

/** What an element of a way can begin with, and whether that is all of it. */
interface Characters {
  readonly set: CharSet | undefined
  readonly isAll: boolean
}

function characters(element: AST.Element, ignoreCase: boolean): Characters {
  const set = firstSet(element)
  return { set: set && (ignoreCase ? withoutCase(set) : set), isAll: setOf(element) !== undefined }
}

/** Whether one text can begin both ways, as far as that can be told from their characters. */
function canAgree(one: readonly Characters[], other: readonly Characters[]): boolean {
  for (const [index, { set, isAll }] of one.entries()) {
    const opposite = other[index]
    if (!set || !opposite?.set) return true
    if (!intersect(set, opposite.set)) return false
    if (!isAll || !opposite.isAll) return true
  }
  return true
}

/** The characters with which an element can begin; nothing when it may be empty, or cannot be told. */
function firstSet(element: AST.Element): CharSet | undefined {
  if (element.type === 'Quantifier') return element.min > 0 ? firstSet(element.element) : undefined
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return setOf(element)
  const sets = element.alternatives.map(({ elements: [start] }) => start && firstSet(start))
  const known = sets.filter((set) => set !== undefined)
  return known.length === sets.length ? unite(known) : undefined
}

function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function first<T>(items: readonly T[], of: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = of(item)
    if (found !== undefined) return found
  }
  return undefined
}

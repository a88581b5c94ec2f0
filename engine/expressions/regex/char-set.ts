/** A set of UTF-16 code units: ranges, in order, apart from each other. */
export type CharSet = readonly (readonly [first: number, last: number])[]

const last = 0xffff

export const anything: CharSet = [[0, last]]
export const digits: CharSet = [[48, 57]]
export const wordCharacters: CharSet = unite([digits, [[65, 90]], [[95, 95]], [[97, 122]]])
export const lineEnds: CharSet = unite([[[10, 10]], [[13, 13]], [[0x2028, 0x2029]]])
export const spaces: CharSet = unite([
  [[9, 13]],
  [[32, 32]],
  [[0xa0, 0xa0]],
  [[0x1680, 0x1680]],
  [[0x2000, 0x200a]],
  [[0x2028, 0x2029]],
  [[0x202f, 0x202f]],
  [[0x205f, 0x205f]],
  [[0x3000, 0x3000]],
  [[0xfeff, 0xfeff]],
])

/** What is in any of `sets`. */
export function unite(sets: readonly CharSet[]): CharSet {
  const ordered = sets.flat().toSorted((a, b) => a[0] - b[0])
  const united: [number, number][] = []
  for (const [first, end] of ordered) {
    const previous = united.at(-1)
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], end)
    else united.push([first, end])
  }
  return united
}

/** What is not in `set`. */
export function complement(set: CharSet): CharSet {
  const gaps: [number, number][] = []
  let next = 0
  for (const [first, end] of set) {
    if (first > next) gaps.push([next, first - 1])
    next = end + 1
  }
  if (next <= last) gaps.push([next, last])
  return gaps
}

/** Whether a code unit is in both sets. */
export function intersect(a: CharSet, b: CharSet): boolean {
  return a.some(([first, end]) => b.some(([from, to]) => first <= to && from <= end))
}

/** The same set as a question, quick for Latin letters; without case a code unit is in it when any that differs only by case is. */
export function testOf(set: CharSet, ignoreCase = false): (code: number) => boolean {
  const isIn = (code: number): boolean => set.some(([first, end]) => code >= first && code <= end)
  const isInAnyCase = (code: number): boolean => isIn(code) || (caseClasses().get(code)?.some(isIn) ?? false)
  const test = ignoreCase ? isInAnyCase : isIn
  const latin = Uint8Array.from({ length: 256 }, (_, code) => Number(test(code)))
  return (code) => (code < 256 ? latin[code] === 1 : test(code))
}

/** `set` with the other case of its ASCII letters. */
export function withoutCase(set: CharSet): CharSet {
  const others = set.flatMap(([first, end]) => [shifted(first, end, 65, 32), shifted(first, end, 97, -32)])
  return unite([set, others.filter(([first, end]) => first <= end)])
}

/** The part of a range among the 26 letters from `a` on, moved `by`. */
function shifted(first: number, end: number, a: number, by: number): readonly [number, number] {
  return [Math.max(first, a) + by, Math.min(end, a + 25) + by]
}

let classesByCode: ReadonlyMap<number, readonly number[]> | undefined

/** For each code unit that has a case: all that are the same without it. */
function caseClasses(): ReadonlyMap<number, readonly number[]> {
  if (classesByCode) return classesByCode
  const byCanonical = new Map<number, number[]>()
  for (let code = 0; code <= last; code++) {
    const canonical = canonicalOf(code)
    const mates = byCanonical.get(canonical)
    if (mates) mates.push(code)
    else byCanonical.set(canonical, [code])
  }
  const shared = [...byCanonical.values()].filter((mates) => mates.length > 1)
  classesByCode = new Map(shared.flatMap((mates) => mates.map((code) => [code, mates] as const)))
  return classesByCode
}

/** ECMAScript's Canonicalize without the `u` flag. */
export function canonicalOf(code: number): number {
  const upper = String.fromCharCode(code).toUpperCase()
  if (upper.length !== 1) return code
  const canonical = upper.charCodeAt(0)
  return code >= 128 && canonical < 128 ? code : canonical
}

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

/** The same set as a question, quick for Latin letters. */
export function testOf(set: CharSet): (code: number) => boolean {
  const latin = new Uint8Array(256)
  for (const [first, end] of set) latin.fill(1, first, Math.min(end + 1, 256))
  const rest = set.filter(([, end]) => end >= 256)
  return (code) =>
    code < 256 ? latin[code] === 1 : rest.some(([first, end]) => code >= first && code <= end)
}

/** `set` with everything that differs from a member only by case, as the `i` flag sees it. */
export function withoutCase(set: CharSet): CharSet {
  const classes = caseClasses()
  const others: [number, number][] = []
  for (const [code, mates] of classes)
    if (set.some(([first, end]) => code >= first && code <= end))
      for (const mate of mates) others.push([mate, mate])
  return unite([set, others])
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

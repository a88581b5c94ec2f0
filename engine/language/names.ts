/** The candidate that `name` was probably meant to be: one or two slips away, fewer in a short name. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const allowed = name.length < 4 ? 1 : name.length < 8 ? 2 : 3
  let best: string | undefined
  let least = allowed + 1
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= least) continue
    const slips = slipsBetween(name.toLowerCase(), candidate.toLowerCase(), least)
    if (slips < least && slips < Math.max(name.length, candidate.length)) [best, least] = [candidate, slips]
  }
  return best
}

/** “Did you mean "x"?”, else the names there are, else nothing to say. */
export function meantOrKnown(name: string, candidates: Iterable<string>, noun: string): string | undefined {
  const known = [...candidates]
  const meant = nearest(name, known)
  if (meant !== undefined) return `Did you mean "${meant}"?`
  if (known.length === 0) return undefined
  const shown = known.slice(0, 12).map((candidate) => `"${candidate}"`)
  return `${noun}: ${shown.join(', ')}${known.length > 12 ? ', …' : ''}`
}

/** `text` with a capital at its start. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Whether a name that may be free is so close to a known one that it must be a slip; plurals and numbered names are not. */
export function isSlip(name: string, known: Iterable<string>): boolean {
  const meant = nearest(name, known)
  if (meant === undefined || name.length < 4) return false
  const isPair = `${name}s` === meant || `${meant}s` === name || /\d/.test(name) || /\d/.test(meant)
  return !isPair && name[0]?.toLowerCase() === meant[0]?.toLowerCase()
}

/** Whether an error's type matches a glob: `*` alone is everything, inside a part it stands for any characters. */
export function errorMatches(glob: string, type: string): boolean {
  if (glob === '*' || glob === type) return true
  return globPattern(glob).test(type)
}

/** Whether every type that `narrow` matches is also matched by `wide`. */
export function globCovers(wide: string, narrow: string): boolean {
  // A star of the narrow glob stands for anything, and nothing but a star of the wide one matches it.
  return wide === '*' || wide === narrow || globPattern(wide).test(narrow)
}

const patterns = new Map<string, RegExp>()

function globPattern(glob: string): RegExp {
  let pattern = patterns.get(glob)
  if (!pattern) {
    const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    patterns.set(glob, (pattern = new RegExp(`^${parts.join('.*')}$`, 's')))
  }
  return pattern
}

/** Damerau-Levenshtein (adjacent letters may be swapped); gives up at `limit`. */
function slipsBetween(a: string, b: string, limit: number): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let slips = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) slips = Math.min(slips, (before[column - 2] ?? 0) + 1)
      next.push(slips)
    }
    if (Math.min(...next) >= limit) return limit
    before = last
    last = next
  }
  return last[b.length] ?? limit
}

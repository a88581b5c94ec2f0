import type { Json } from './json.ts'

/** One way in which a value does not fit its schema. */
interface Violation {
  /** A JSON pointer. */
  readonly path: string
  readonly message: string
}

/** Violations as people read them: the first few, each with its place, and how many there are besides. */
export function inWords(violations: readonly Violation[], most = 5): string {
  const shown = violations
    .slice(0, most)
    .map(({ path, message }) => (path === '' ? message : `"${path}" ${message}`))
  const rest = violations.length - shown.length
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}

/** Violations as programs read them; a value of a million wrong rows does not need a million complaints. */
export function asData(violations: readonly Violation[], most = 100): Json {
  return violations.slice(0, most).map(({ path, message }) => ({ path, message }))
}

import rcompare from 'semver/functions/rcompare.js'
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import type { Definition } from './definition.ts'

/** A reference to a workflow taken apart: its name, and the range of versions after the `@`. */
export function referenceOf(workflow: string): { readonly name: string; readonly range?: string } {
  const at = workflow.indexOf('@')
  return at < 0 ? { name: workflow } : { name: workflow.slice(0, at), range: workflow.slice(at + 1) }
}

/** Whether the part after the `@` is a range of versions at all. */
export function isRange(range: string): boolean {
  return range.trim() !== '' && validRange(range) !== null
}

/**
 * The newest definition that `workflow` (`name` or `name@range`) names. A version that is marked as a preview
 * (`2.0.0-beta`) counts only where there is no other, or where the range names one.
 */
export function newestMatching<D extends Pick<Definition, 'name' | 'version'>>(
  definitions: readonly D[],
  workflow: string,
): D | undefined {
  const { name, range } = referenceOf(workflow)
  const versions = definitions
    .filter((definition) => definition.name === name && valid(definition.version) !== null)
    .toSorted((a, b) => rcompare(a.version, b.version))
  if (range !== undefined) return versions.find(({ version }) => satisfies(version, range))
  return versions.find(({ version }) => !version.includes('-')) ?? versions[0]
}

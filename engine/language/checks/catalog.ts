import type { ActivitySignature } from '../catalog.ts'
import type { Definition } from '../definition.ts'
import { meantOrKnown } from '../names.ts'
import { isRange, newestMatching, referenceOf } from '../newest.ts'
import type { Span } from '../sheet.ts'
import { fieldOf } from '../written.ts'
import type { Checker } from './checker.ts'

/** The activity that `owner`, a step or a compensation, calls; reports when there is none. */
export function activityNamed(owner: object, name: string, checker: Checker): ActivitySignature | undefined {
  const { catalog } = checker
  const written = fieldOf(checker.origins.written.get(owner), 'call')
  if (written && isComputed(name, written, checker)) return undefined
  if (!catalog || !written || name === '') return undefined
  const found = Object.hasOwn(catalog, name) ? catalog[name] : undefined
  if (!found) {
    const hint = meantOrKnown(name, Object.keys(catalog), 'Registered')
    checker.report('activity.unknown', written, `There is no activity "${name}"`, hint)
  }
  return found
}

/** The definition that `owner` runs as a child; reports when there is none. */
export function workflowNamed(owner: object, workflow: string, checker: Checker): Definition | undefined {
  const written = fieldOf(checker.origins.written.get(owner), 'workflow')
  const { name, range } = referenceOf(workflow)
  const { definitions, names } = checker.world
  if (!written || name === '') return undefined
  if (range !== undefined && !isRange(range)) {
    const hint = 'For example: ^1.0, 2.x or >=1.2 <3'
    checker.report('workflow.range', written, `"${range}" is not a range of versions`, hint)
    return undefined
  }
  const found = newestMatching(definitions, workflow)
  if (found) return found
  const versions = definitions.filter((definition) => definition.name === name).map(({ version }) => version)
  if (versions.length > 0) {
    const hint = `Versions: ${versions.join(', ')}`
    checker.report(
      'workflow.version',
      written,
      `No version of workflow "${name}" is in the range ${range ?? '*'}`,
      hint,
    )
  } else if (!names.has(name)) {
    const hint = meantOrKnown(name, names, 'Workflows')
    checker.report('workflow.unknown', written, `There is no workflow "${name}"`, hint)
  }
  return undefined
}

/** What is called is checked when the definition is loaded, so its name is a constant. */
function isComputed(name: string, span: Span, { report }: Checker): boolean {
  if (!name.includes('${')) return false
  const message = 'The name of an activity is fixed when the definition is loaded, so it cannot be computed'
  report('value.constant', span, message, 'Choose with a step "switch"')
  return true
}

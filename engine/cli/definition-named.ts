import type { Engine } from '../engine.ts'
import { EngineError } from '../error.ts'
import type { Definition } from '../language/definition.ts'
import { meantOrKnown } from '../language/names.ts'
import { newestMatching, referenceOf } from '../language/newest.ts'
import { sayIssues } from './say-issues.ts'
import type { Shell } from './shell.ts'

/** The definition that `workflow` names; when it is broken, its issues are shown. */
export function definitionNamed(workflow: string, engine: Engine, shell: Shell): Definition {
  const definitions = engine.definitions()
  const definition = newestMatching(definitions, workflow)
  if (definition) return definition
  const { name } = referenceOf(workflow)
  const broken = engine.sources().filter(({ file, text }) => isNamed(name, file, text))
  const issues = engine.issues().filter(({ file }) => broken.some((source) => source.file === file))
  if (issues.some(({ severity }) => severity === 'error')) {
    sayIssues(issues, engine, shell)
    throw new EngineError('definition.invalid', `Workflow "${name}" has errors and cannot run`)
  }
  const hint = meantOrKnown(
    name,
    definitions.map((known) => known.name),
    'There are',
  )
  throw new EngineError(
    'definition.unknown',
    `There is no workflow "${workflow}". ${hint ?? 'There are no definitions'}`,
  )
}

/** Whether a file that did not compile was meant to define the workflow. */
function isNamed(name: string, file: string, text: string): boolean {
  const written = /^name:\s*['"]?([\w-]+)/m.exec(text)?.[1]
  return written === undefined ? new RegExp(`(?:^|/)${name}\\.ya?ml$`).test(file) : written === name
}

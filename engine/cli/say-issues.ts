import type { Engine } from '../engine.ts'
import { EngineError } from '../error.ts'
import { formatIssue } from '../language/frame.ts'
import type { Issue } from '../language/issue.ts'
import { say } from './print.ts'
import type { Shell } from './shell.ts'

/** Writes issues with their code frames to standard error. */
export function sayIssues(issues: readonly Issue[], engine: Pick<Engine, 'sources'>, shell: Shell): void {
  const texts = new Map(engine.sources().map(({ file, text }) => [file, text]))
  for (const issue of issues)
    say(shell.err, `${formatIssue(issue, texts.get(issue.file) ?? '', { color: shell.err.hasColor })}\n`)
}

/** Shows what is wrong in definitions that are about to be served; refused when that leaves none. */
export function sayWhatIsBroken(engine: Engine, shell: Shell): void {
  const errors = errorsOf(engine)
  sayIssues(errors, engine, shell)
  const broken = new Set(errors.map(({ file }) => file)).size
  const good = engine.definitions().length
  if (broken > 0 && good === 0)
    throw new EngineError('definition.invalid', 'No definition can be served; put right what is shown above')
  if (broken > 0) say(shell.err, `${broken} of ${broken + good} definitions are broken and not served`)
  else if (good === 0) say(shell.err, 'There are no definitions yet; "longhaul init" writes a sample')
}

/** Tells what a hot reload brought. */
export function sayReload(engine: Engine, shell: Shell): void {
  sayIssues(errorsOf(engine), engine, shell)
  const names = engine.definitions().map(({ name }) => name)
  say(shell.err, `Definitions changed; serving ${names.join(', ') || 'none'}`)
}

function errorsOf(engine: Engine): Issue[] {
  return engine.issues().filter(({ severity }) => severity === 'error')
}

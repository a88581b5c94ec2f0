import type { Step } from '../definition.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { entryOf, fieldOf } from '../written.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'

/** Checks what a `set` writes: declared variables, and none from a block whose parts run at the same time. */
export function checkVariables(step: Step<'set'>, env: Env, checker: Checker): void {
  const written = fieldOf(checker.origins.written.get(step), 'set')
  for (const name of Object.keys(step.values)) {
    const span = entryOf(written, name)?.keySpan ?? { start: 0, end: 1 }
    const declared = Object.keys(checker.definition.vars)
    if (!declared.includes(name)) {
      const meant = nearest(name, declared)
      if (meant !== undefined) checker.uses.vars.add(meant)
      const hint = meantOrKnown(name, declared, 'Declared') ?? 'Declare it under "vars", with its first value'
      checker.report('vars.unknown', span, `There is no variable "${name}"`, hint)
    } else if (env.concurrentIn !== undefined) {
      const hint = 'Give the block a result and write the variable after it'
      checker.report(
        'vars.concurrent',
        span,
        `"${name}" is written in ${env.concurrentIn}, where others may write it at the same time`,
        hint,
      )
    }
  }
}

import { builtIns, unavailable } from '../../expressions/library/catalogue.ts'
import type { Analysis } from '../../expressions/analysis.ts'
import type { Expression } from '../../expressions/template.ts'
import { nearest, sentence } from '../names.ts'
import { spanIn } from '../origins.ts'
import type { Checker } from './checker.ts'

/** Checks that every function that is called exists and may be called. */
export function checkCalls(analysis: Analysis, expression: Expression, checker: Checker): void {
  for (const call of analysis.calls) {
    const span = spanIn(checker.origins, expression, call.offset, call.offset + call.length)
    if (call.kind === 'unavailable') {
      checker.report(
        'function.unavailable',
        span,
        `"$${call.name}" is not available here`,
        sentence(unavailable.get(call.name) ?? ''),
      )
    } else if (call.kind === 'builtIn') {
      const known = builtIns.get(call.name)
      if (!known || call.passed <= known.most) continue
      const message = `"$${call.name}" takes at most ${known.most} argument${known.most === 1 ? '' : 's'}, not ${call.passed}`
      checker.report('function.arguments', span, message, known.usage)
    } else if (call.kind === 'other') {
      if (Object.hasOwn(checker.definition.functions, call.name)) checker.uses.functions.add(call.name)
      else unknownFunction(call.name, span, checker)
    }
  }
}

/** Checks that no regular expression can take for ever. */
export function checkRegexes(analysis: Analysis, expression: Expression, checker: Checker): void {
  for (const { offset, length, danger } of analysis.regexes) {
    if (danger === undefined) continue
    const span = spanIn(checker.origins, expression, offset, offset + length)
    checker.report(
      'regex.danger',
      span,
      `This regular expression can take for ever: ${danger}`,
      'Leave out repeats inside of repeats',
    )
  }
}

function unknownFunction(name: string, span: { start: number; end: number }, checker: Checker): void {
  const known = [...builtIns.keys(), ...Object.keys(checker.definition.functions)]
  const meant = nearest(name, known)
  if (meant !== undefined) checker.uses.functions.add(meant)
  const hint =
    meant === undefined
      ? 'Declare it under "functions", or do it in an activity'
      : `Did you mean "$${meant}"?`
  checker.report('function.unknown', span, `There is no function "$${name}"`, hint)
}

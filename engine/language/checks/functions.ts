import type { Expression } from '../../expressions/template.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { spanIn } from '../origins.ts'
import { analysisOf } from './analysis.ts'
import { checkCalls, checkRegexes } from './calls.ts'
import { type Checker, every } from './checker.ts'

/** Checks the definition's own functions: each is a lambda that reads its parameters, the others and `$config`. */
export function checkFunctions(checker: Checker): void {
  for (const [name, body] of Object.entries(checker.definition.functions)) checkFunction(name, body, checker)
}

function checkFunction(name: string, body: Expression, checker: Checker): void {
  const analysis = analysisOf(body, checker)
  if (!analysis) return
  const { definition, origins, report } = checker
  if (analysis.type !== 'function' && analysis.type !== 'unknown') {
    const hint = `For example: function($x) { ${body.jsonata.length < 40 ? body.jsonata : '$x'} }`
    report('function.shape', spanIn(origins, body), `"${name}" must be a function`, hint)
  }
  for (const { root, path, segments, offset, length } of analysis.references) {
    if (Object.hasOwn(definition.functions, root)) {
      checker.uses.functions.add(root)
    } else if (root === 'config') {
      checker.uses.config.add(path[0] ?? every)
      const segment = segments[0]
      if (path[0] === undefined || Object.hasOwn(definition.config, path[0]) || !segment) continue
      const span = spanIn(origins, body, segment.offset, segment.offset + segment.length)
      const settings = Object.keys(definition.config)
      checker.uses.config.add(nearest(path[0], settings) ?? path[0])
      const hint = meantOrKnown(path[0], settings, 'Declared') ?? 'Declare it under "config"'
      report('config.unknown', span, `There is no setting "${path[0]}"`, hint)
    } else {
      const span = spanIn(origins, body, offset, offset + length)
      const message = `A function sees its parameters, other functions and $config, not "$${root}"`
      report('function.scope', span, message, 'Hand it in as a parameter')
    }
  }
  for (const bare of analysis.bare) {
    const span = spanIn(origins, body, bare.offset, bare.offset + bare.length)
    report(
      'expression.bareName',
      span,
      `"${bare.name}" stands bare, but there is nothing it could be looked up in`,
      `A parameter is written $${bare.name}`,
    )
  }
  checkCalls(analysis, body, checker)
  checkRegexes(analysis, body, checker)
}

import { analysisOf } from './analyse.ts'
import { Fault } from './fault.ts'
import type { Parsed } from './parse.ts'

const verdicts = new WeakMap<Parsed, Fault | undefined>()

/** Without a context item a bare name is a mistake, not nothing. */
export function refuseBareNames(parsed: Parsed): void {
  if (!verdicts.has(parsed)) verdicts.set(parsed, verdictOn(parsed))
  const verdict = verdicts.get(parsed)
  if (verdict) throw verdict
}

function verdictOn(parsed: Parsed): Fault | undefined {
  const [first] = analysisOf(parsed).bare
  if (!first) return undefined
  const hint = /^\w/.test(first.name)
    ? `write where it comes from, such as $input.${first.name}; a text stands in quotes: '${first.name}'`
    : 'write what it stands for, such as $input'
  return new Fault(
    'expression.syntax',
    `"${first.name}" has nothing to belong to: there is no context item here`,
    hint,
    first.offset,
    first.length,
  )
}

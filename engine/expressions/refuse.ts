import { analysisOf } from './analyse.ts'
import { Fault } from './fault.ts'
import type { Parsed } from './parse.ts'

const verdicts = new WeakMap<Parsed, Fault | 'fine'>()

/** Without a context item a bare name is a mistake, not nothing. */
export function refuseBareNames(parsed: Parsed): void {
  let verdict = verdicts.get(parsed)
  if (verdict === undefined) verdicts.set(parsed, (verdict = verdictOn(parsed)))
  if (verdict !== 'fine') throw verdict
}

function verdictOn(parsed: Parsed): Fault | 'fine' {
  const [first] = analysisOf(parsed).bare
  if (!first) return 'fine'
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

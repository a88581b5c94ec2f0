import type { IssueCode } from '../codes.ts'
import { entriesOf, fieldOf, itemsOf, textOf, type Written } from '../written.ts'
import { type Checker, every } from './checker.ts'
import type { Span } from '../sheet.ts'

/** Reports what is declared and never used: most often the name is misspelt where it should be. */
export function checkUnused(root: Written, usedRetries: ReadonlySet<string>, checker: Checker): void {
  const { uses } = checker
  const declared = (key: string): readonly (readonly [string, Span])[] =>
    entriesOf(fieldOf(root, key)).map((entry) => [entry.key, entry.keySpan])
  const secrets = itemsOf(fieldOf(root, 'secrets')).map((item) => [textOf(item) ?? '', item] as const)
  sift('variable', 'read', declared('vars'), uses.vars, checker)
  sift('setting', 'read', declared('config'), uses.config, checker)
  sift('function', 'called', declared('functions'), uses.functions, checker)
  sift('retry policy', 'used', declared('retries'), usedRetries, checker)
  sift('secret', 'used', secrets, uses.secrets, checker)
}

const code: IssueCode = 'name.unused'

function sift(
  noun: string,
  verb: string,
  declared: readonly (readonly [string, Span])[],
  used: ReadonlySet<string>,
  { report }: Checker,
): void {
  if (used.has(every)) return
  for (const [name, span] of declared)
    if (!used.has(name)) report(code, span, `The ${noun} "${name}" is never ${verb}`, 'Use it, or remove it')
}

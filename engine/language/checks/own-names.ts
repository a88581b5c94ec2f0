import { builtIns, reservedNames } from '../../expressions/library/catalogue.ts'
import { meantOrKnown, nearest } from '../names.ts'
import { entriesOf, fieldOf, itemsOf, textOf, type Written } from '../written.ts'
import type { Checker } from './checker.ts'
import { stepsWithin } from './steps-within.ts'
import type { Span } from '../sheet.ts'
import type { Step } from '../definition.ts'

/** Checks the names that a definition gives: none may hide a built-in one, and none may be given twice. */
export function checkOwnNames(root: Written, checker: Checker): void {
  for (const { key, keySpan } of entriesOf(fieldOf(root, 'functions'))) checkFree(key, keySpan, checker)
  const { definition, origins } = checker
  for (const clause of definition.catch ?? []) checkAs(clause, checker)
  for (const step of stepsWithin([
    ...definition.steps,
    ...(definition.finally ?? []),
    ...(definition.catch ?? []).flatMap(({ steps }) => steps),
  ])) {
    for (const clause of step.catch ?? []) checkAs(clause, checker)
    if (step.kind === 'forEach') checkLoopNames(step, fieldOf(origins.written.get(step), 'forEach'), checker)
  }
  checkSecrets(root, checker)
}

function checkAs(clause: object, checker: Checker): void {
  const written = fieldOf(checker.origins.written.get(clause), 'as')
  const name = textOf(written)
  if (written && name !== undefined && name !== 'error') checkFree(name, written, checker)
}

function checkLoopNames(step: Step<'forEach'>, written: Written | undefined, checker: Checker): void {
  for (const key of ['as', 'index']) {
    const place = fieldOf(written, key)
    const name = textOf(place)
    if (place && name !== undefined) checkFree(name, place, checker)
  }
  const place = fieldOf(written, 'index') ?? fieldOf(written, 'as')
  if (step.as === step.index && place)
    checker.report(
      'name.taken',
      place,
      `"${step.as}" cannot be both the item and its index`,
      'Choose another name',
    )
}

function checkFree(name: string, span: Span, { report }: Checker): void {
  const what = builtIns.has(name) ? 'is a built-in function' : 'has a meaning of its own'
  if (builtIns.has(name) || reservedNames.has(name))
    report('name.taken', span, `"$${name}" ${what}`, 'Choose another name')
}

/** Secrets that are used but not declared, or declared twice. */
function checkSecrets(root: Written, { report, uses }: Checker): void {
  const names = new Set<string>()
  const declared = fieldOf(root, 'secrets')
  // Secrets that are no list have been reported, and nobody knows which they are.
  if (declared && declared.type !== 'list') return
  for (const item of itemsOf(declared)) {
    const name = textOf(item) ?? ''
    if (names.has(name)) report('name.taken', item, `The secret "${name}" is declared twice`, 'Remove one')
    names.add(name)
  }
  checkSecretUses(root, [...names], { report, uses })
}

/** Wherever it stands, right or wrong, a secret is used. */
function checkSecretUses(
  written: Written,
  names: readonly string[],
  checker: Pick<Checker, 'report' | 'uses'>,
): void {
  if (written.type === 'list') for (const item of written.items) checkSecretUses(item, names, checker)
  for (const { key, value } of entriesOf(written)) {
    const name = key === '$secret' ? textOf(value) : undefined
    if (name === undefined) checkSecretUses(value, names, checker)
    else checker.uses.secrets.add(nearest(name, names) ?? name)
    if (name !== undefined && !names.includes(name)) {
      const hint = meantOrKnown(name, names, 'Declared') ?? 'Declare it: secrets: [' + name + ']'
      checker.report('secret.unknown', value, `There is no secret "${name}"`, hint)
    }
  }
}

import type { Template } from '../../expressions/template.ts'
import type { JsonSchema } from '../../json.ts'
import { entriesOf, entryOf } from '../written.ts'
import { modifierKeys } from '../keys.ts'
import type { Checker } from './checker.ts'
import type { Env } from './env.ts'
import { checkFit } from './fit.ts'
import { checkTemplate } from './template.ts'

/** What is called, as far as its arguments matter. */
export interface Callee {
  /** Absent when nothing is known about what it takes. */
  readonly schema: JsonSchema | undefined
  readonly lists: readonly string[]
  /** What it is to people. */
  readonly owner: string
}

const known: ReadonlySet<string> = new Set([
  ...modifierKeys,
  'call',
  'workflow',
  'with',
  'keep',
  'idempotencyKey',
  'detached',
])

/** Checks the `with` of a call or a child: the expressions, and that the schema can accept it. */
export function checkArguments(
  caller: { readonly with: Template },
  callee: Callee,
  env: Env,
  checker: Checker,
): void {
  checkTemplate(caller.with, env, checker)
  if (callee.schema === undefined) return
  const codes = {
    mismatch: 'arguments.mismatch',
    missing: 'arguments.missing',
    unknown: 'arguments.unknown',
    typo: 'arguments.typo',
  } as const
  const written = checker.origins.written.get(caller)
  // A key that is unknown has been reported; that "with" is missing is the same mistake.
  const isStrange = entriesOf(written).some(({ key }) => !known.has(key))
  const given = entryOf(written, 'with')?.value
  if (isStrange && (given === undefined || (given.type === 'scalar' && given.value === null))) return
  const span = (entryOf(written, 'with') ?? entryOf(written, 'call') ?? entryOf(written, 'workflow'))?.keySpan
  const target = {
    schema: callee.schema,
    lists: callee.lists,
    owner: callee.owner,
    codes,
    span: span ?? { start: 0, end: 1 },
  }
  checkFit(caller.with, target, checker)
}

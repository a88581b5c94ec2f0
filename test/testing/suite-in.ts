import { join } from 'node:path'
import type { ActivityCatalog } from '../../engine/language/catalog.ts'
import { formatIssue } from '../../engine/language/frame.ts'
import { findTests } from '../../engine/testing/find-tests.ts'
import { runSuite, type NamedResult, type SuiteResult } from '../../engine/testing/suite.ts'
import { projectWith } from '../support/files.ts'

interface Written {
  /** The text of a test. */
  readonly test: string
  /** The text of the definition that it tests. */
  readonly definition: string
  /** Texts of others beside it. */
  readonly others?: readonly string[]
  readonly catalog?: ActivityCatalog
  readonly mostEvents?: number
}

/** What becomes of a test in a folder of its own. */
export async function suiteIn({
  test,
  definition,
  others = [],
  catalog,
  mostEvents,
}: Written): Promise<SuiteResult> {
  const beside = others.map((text, index) => [`other-${index}.yaml`, text])
  const from = projectWith({ 'it.test.yaml': test, 'it.yaml': definition, ...Object.fromEntries(beside) })
  return runSuite(await findTests([join(from, 'it.test.yaml')]), {
    from,
    ...(catalog && { catalog }),
    ...(mostEvents !== undefined && { mostEvents }),
  })
}

/** The cases of a test that is in order. */
export async function casesIn(written: Written): Promise<readonly NamedResult[]> {
  const { cases, issues, sources } = await suiteIn(written)
  const texts = new Map(sources.map(({ file, text }) => [file, text]))
  if (issues.length > 0)
    throw new Error(issues.map((issue) => formatIssue(issue, texts.get(issue.file) ?? '')).join('\n'))
  return cases
}

/** What a case of these parts, the only one, is found to do otherwise than expected: nothing when it passes. */
export async function complaints(written: Written): Promise<readonly string[]> {
  const [one] = await casesIn(written)
  return (one?.differences ?? []).map(({ what, expected, found, message }) =>
    message === undefined ? `${what}: ${expected}, not ${found}` : `${what}: ${message}`,
  )
}

/** A test of `it` with one case. */
export function caseOf(parts: string): string {
  return `workflow: it\ncases:\n  - name: the case\n${parts.replaceAll(/^(?=.)/gm, '    ')}`
}

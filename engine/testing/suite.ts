import { dirname } from 'node:path'
import type { ActivityCatalog } from '../language/catalog.ts'
import type { Definition } from '../language/definition.ts'
import type { Issue } from '../language/issue.ts'
import { referenceOf } from '../language/newest.ts'
import { relativeTo } from '../language/read.ts'
import type { Source } from '../language/sheet.ts'
import { errorsBehind, readFolder, type Folder } from './folder.ts'
import type { Moment } from './moment.ts'
import { runCase, type CaseResult } from './run-case.ts'
import { readTest, type TestFile } from './test-file.ts'
import { checkTestNames, definitionOf } from './test-names.ts'

export interface SuiteOptions {
  /** Where files are shown relative to. */
  readonly from: string
  /** Absent: names and inputs of activities are not checked. */
  readonly catalog?: ActivityCatalog
  /** Only cases whose name contains this, in whatever case. */
  readonly filter?: string
  /** After so many events a run is taken for one that never ends. */
  readonly mostEvents?: number
  /** Called with each case as it ends. */
  readonly onCase?: (result: NamedResult) => void
  /** Told of everything that happens in a case. */
  readonly watch?: (test: CaseName, moment: Moment) => void
}

export interface CaseName {
  /** Of the test. */
  readonly file: string
  readonly line: number
  readonly workflow: string
  readonly name: string
}

/** How a case of a file went. */
export type NamedResult = CaseName & CaseResult

/** How all went. */
export interface SuiteResult {
  readonly cases: readonly NamedResult[]
  /** What is wrong in test files, and in the definitions that they test: such files were not run. */
  readonly issues: readonly Issue[]
  /** The texts in which there are issues. */
  readonly sources: readonly Source[]
}

/** Runs test files, each against the definitions of its folder, one case after the other. */
export async function runSuite(tests: readonly Source[], options: SuiteOptions): Promise<SuiteResult> {
  const { from, catalog } = options
  const folders = new Map<string, Folder>()
  const cases: NamedResult[] = []
  const issues = new Set<Issue>()
  const shown = relativeTo(from, tests)
  for (const [index, { file }] of tests.entries()) {
    const folder = folders.get(dirname(file)) ?? (await readFolder(dirname(file), from, catalog))
    folders.set(dirname(file), folder)
    const prepared = prepare(shown[index] ?? { file, text: '' }, folder, catalog)
    if ('issues' in prepared) for (const issue of prepared.issues) issues.add(issue)
    else cases.push(...(await runFile(prepared.test, prepared.definition, folder, options)))
  }
  const sources = [...shown, ...[...folders.values()].flatMap((folder) => folder.sources)]
  return { cases, issues: [...issues], sources }
}

type Prepared =
  | { readonly test: TestFile; readonly definition: Definition }
  | { readonly issues: readonly Issue[] }

/** Finds everything that is wrong before anything runs. */
function prepare(source: Source, folder: Folder, catalog: ActivityCatalog | undefined): Prepared {
  const { test, issues } = readTest(source)
  if (!test) return { issues }
  const errors = errorsBehind(referenceOf(test.workflow).name, folder)
  if (errors.length > 0) return { issues: errors }
  const definition = definitionOf(test, folder.definitions)
  if (definition) checkTestNames(test, definition, folder.definitions, catalog)
  return definition && issues.length === 0 ? { test, definition } : { issues }
}

async function runFile(
  test: TestFile,
  definition: Definition,
  { definitions }: Folder,
  { catalog, filter = '', mostEvents, onCase, watch }: SuiteOptions,
): Promise<readonly NamedResult[]> {
  const results: NamedResult[] = []
  const wanted = filter.toLowerCase()
  for (const one of test.cases.filter(({ name }) => name.toLowerCase().includes(wanted))) {
    const name: CaseName = { file: test.file, line: one.line, workflow: definition.name, name: one.name }
    const result = await runCase(one, {
      definition,
      definitions,
      ...(catalog && { catalog }),
      ...(mostEvents !== undefined && { mostEvents }),
      ...(watch && { watch: (moment) => watch(name, moment) }),
    })
    results.push({ ...name, ...result })
    onCase?.({ ...name, ...result })
  }
  return results
}

import type { ActivityCatalog } from '../language/catalog.ts'
import type { Definition } from '../language/definition.ts'
import { isSlip, meantOrKnown, nearest } from '../language/names.ts'
import { isRange, newestMatching, referenceOf } from '../language/newest.ts'
import type { Entry } from '../language/written.ts'
import { entriesOf, fieldOf, itemsOf, textOf } from '../language/written.ts'
import type { TestFile } from './test-file.ts'
import { usedIn } from './used.ts'

/** The definition that a test is about; nothing, and an issue, where there is none. */
export function definitionOf(test: TestFile, definitions: readonly Definition[]): Definition | undefined {
  const definition = newestMatching(definitions, test.workflow)
  if (definition) return definition
  const { name, range } = referenceOf(test.workflow)
  const span = fieldOf(test.root, 'workflow') ?? test.root
  const known = definitions.map((one) => one.name)
  if (range !== undefined && !isRange(range))
    test.report('workflow.range', span, `"${range}" is not a range of versions`, 'For example: ^1.0')
  else if (known.includes(name)) {
    const versions = definitions.filter((one) => one.name === name).map(({ version }) => version)
    test.report(
      'workflow.version',
      span,
      `No version of "${name}" is in the range`,
      `There is ${versions.join(', ')}`,
    )
  } else {
    const hint = meantOrKnown(name, known, 'Workflows') ?? 'There is no definition in the folder of this test'
    test.report('workflow.unknown', span, `There is no workflow "${name}" beside this test`, hint)
  }
  return undefined
}

/** Finds names in a test that mean nothing: what is never called need not be mocked, and proves nothing by not being called. */
export function checkTestNames(
  test: TestFile,
  definition: Definition,
  definitions: readonly Definition[],
  catalog: ActivityCatalog = {},
): void {
  const used = usedIn(definitions)
  const work = new Set([...used.activities, ...used.workflows, ...Object.keys(catalog)])
  const cases = itemsOf(fieldOf(test.root, 'cases'))
  for (const part of [fieldOf(test.root, 'given'), ...cases]) {
    for (const { key, keySpan } of entriesOf(fieldOf(part, 'mocks')))
      if (key !== '*' && !work.has(key))
        test.report(
          'activity.unknown',
          keySpan,
          `No step calls "${key}", so nothing uses this mock`,
          meant(key, work),
        )
    const settings = new Set(definitions.flatMap(({ config }) => Object.keys(config)))
    for (const { key, keySpan } of entriesOf(fieldOf(part, 'config')))
      if (!settings.has(key))
        test.report(
          'config.unknown',
          keySpan,
          `Neither "${definition.name}" nor a workflow beside it has a setting "${key}"`,
          meantOrKnown(key, settings, 'Settings'),
        )
  }
  for (const one of cases) {
    const expect = fieldOf(one, 'expect')
    const counted: readonly Entry[] = [
      ...entriesOf(fieldOf(expect, 'calls')),
      ...entriesOf(fieldOf(expect, 'inputs')),
    ]
    for (const { key, keySpan } of counted)
      if (!work.has(key)) test.report('activity.unknown', keySpan, `No step calls "${key}"`, meant(key, work))
    for (const answer of [...itemsOf(fieldOf(one, 'answer')), ...itemsOf(fieldOf(expect, 'questions'))])
      checkStep(test, answer, used.questions)
    for (const event of itemsOf(fieldOf(one, 'events'))) {
      const written = fieldOf(event, 'event')
      const name = textOf(written)
      if (written && name !== undefined && !used.events.has(name) && isSlip(name, used.events))
        test.report(
          'value.choice',
          written,
          `No step waits for an event "${name}"`,
          `Did you mean "${nearest(name, used.events)}"?`,
        )
    }
  }
  checkCaseNames(test)
}

/** A step without an id is named by its path, which is known only once it runs. */
function checkStep(
  test: TestFile,
  answer: Parameters<typeof fieldOf>[0],
  questions: ReadonlySet<string>,
): void {
  const written = fieldOf(answer, 'step')
  const step = textOf(written)
  if (!written || step === undefined || questions.has(step) || /[./]/.test(step)) return
  test.report('step.unknownId', written, `No "ask" step has the id "${step}"`, meant(step, questions))
}

function checkCaseNames(test: TestFile): void {
  const seen = new Set<string>()
  for (const one of itemsOf(fieldOf(test.root, 'cases'))) {
    const written = fieldOf(one, 'name')
    const name = textOf(written)
    if (!written || name === undefined) continue
    if (seen.has(name)) test.report('name.taken', written, `Two cases are called "${name}"`)
    seen.add(name)
  }
}

function meant(name: string, known: Iterable<string>): string | undefined {
  return meantOrKnown(name, known, 'There are')
}

import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { limits } from '../../engine/expressions/meter.ts'
import { builtIns } from '../../engine/expressions/library/catalogue.ts'
import { exampleCatalog, exampleOf } from '../../engine/language/codes.ts'
import { compile } from '../../engine/language/compile.ts'
import { kindKeys, modifierKeys } from '../../engine/language/keys.ts'
import { comparable, expectedOf } from '../support/case.ts'
import { runPurely } from '../support/pure-machine.ts'
import { keysOfSchema, keysUsedIn } from './keys.ts'
import { caseOf, examplesIn, pageOf, rowsOf, type Example } from './page.ts'

const page = pageOf('language.md')
const examples = examplesIn(page)
const right = examples.filter(({ code }) => code === undefined)
const named = (some: readonly Example[]) => some.map((example) => [example.title, example] as const)

/** An example on its own, as `longhaul validate` would judge it. */
function judged(text: string, catalog?: typeof exampleCatalog): readonly string[] {
  const sources = exampleOf(text).map((part, index) => ({ file: `${index}.yaml`, text: part }))
  return compile(sources, catalog).issues.map(({ code, line, message }) => `${code} ${line}: ${message}`)
}

describe('the reference of the language', () => {
  test.for(named(right))('%s is clean', ([, { text }]) => {
    expect(judged(text)).toEqual([])
  })

  test.for(named(examples.filter(({ code }) => code !== undefined)))(
    '%s is wrong as it says',
    ([, { text, code }]) => {
      expect(judged(text, exampleCatalog).map((issue) => issue.split(' ')[0])).toEqual([code])
    },
  )

  test.for(named(right.filter(({ expected }) => expected !== undefined)))(
    '%s does what it says',
    async ([, example]) => {
      const one = caseOf(example)
      expect(comparable(await runPurely(one), one.expect)).toEqual(expectedOf(one))
    },
  )

  test.for(rowsOf(page, 'expression', 'gives'))('%s gives %s', async ([source = '', gives = '']) => {
    const steps = [{ return: { value: `\${ ${unquoted(source)} }` } }]
    const { output, error } = await runPurely({ definition: { name: 'example', steps }, expect: {} })
    expect(output ?? error).toEqual({ value: parse(unquoted(gives)) })
  })
})

/** What stands between backticks. */
function unquoted(cell: string): string {
  return cell.replaceAll(/^`+ ?|(?: ?`+)$/g, '')
}

describe('nothing is left out of the reference', () => {
  test('every key of the schema stands in an example', () => {
    const used = new Set(
      right.flatMap(({ text }) => exampleOf(text)).flatMap((text) => keysUsedIn(parse(text))),
    )
    expect(keysOfSchema().filter((key) => !used.has(key))).toEqual([])
  })

  test('every key of the schema is explained in words', () => {
    const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, '')
    const names = new Set(keysOfSchema().map((key) => key.split('.').at(-1) ?? ''))
    expect([...names].filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(prose))).toEqual([])
  })

  const running = right.filter(({ expected }) => expected !== undefined).map(({ text }) => text)
  const isRun = (key: string): boolean => running.some((text) => new RegExp(`\\b${key}:`).test(text))

  test('every kind of step has a heading of its own, and an example that runs', () => {
    const hasHeading = (kind: string): boolean => new RegExp(`^### .*\`${kind}\``, 'm').test(page)
    expect(kindKeys.filter((kind) => !hasHeading(kind) || !isRun(kind))).toEqual([])
  })

  test('every modifier is used in an example that runs', () => {
    expect(modifierKeys.filter((key) => !isRun(key))).toEqual([])
  })

  test('every built-in function has a row that is evaluated', () => {
    const sources = rowsOf(page, 'expression', 'gives').map(([source = '']) => source)
    const missing = [...builtIns.keys()].filter((name) => !sources.some((text) => text.includes(`$${name}(`)))
    expect(missing).toEqual([])
  })

  test('every built-in type of error is raised by an example', () => {
    const raised = right.map(({ expected }) => JSON.stringify(expected ?? null))
    expect(errorTypes.filter((type) => !raised.some((text) => text.includes(`"${type}"`)))).toEqual([])
    expect(errorTypes.filter((type) => !page.includes(`\`${type}\``))).toEqual([])
  })

  test('the limits of expressions are those of the code', () => {
    for (const limit of Object.values(limits)) expect(page).toContain(limit.toLocaleString('en'))
  })
})

const errorTypes = [
  'timeout',
  'ask.declined',
  'cancelled',
  'tooManyFailures',
  'activity.unknown',
  'activity.invalidInput',
  'activity.invalidOutput',
  'activity.failed',
  'expression.undefined',
  'expression.notBoolean',
  'expression.type',
  'expression.failed',
  'expression.limit',
  'limit.iterations',
  'limit.items',
  'limit.size',
  'workflow.invalidInput',
  'workflow.invalidOutput',
  'run.unknown',
  'run.ended',
]

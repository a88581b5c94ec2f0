import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { sarifOf } from '../../engine/cli/sarif.ts'
import { type CodeEntry, codes, exampleCatalog, exampleOf } from '../../engine/language/codes.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Issue } from '../../engine/language/issue.ts'
import { projectWith } from '../support/files.ts'
import { command } from '../support/shell.ts'

const all = Object.entries<CodeEntry>(codes).flatMap(
  ([code, { bad }]) =>
    compile(
      exampleOf(bad).map((text, index) => ({ file: `${code}-${index}.yaml`, text })),
      exampleCatalog,
    ).issues,
)
const [run] = sarifOf(all).runs

/** The schema of the standard itself, which every reader may hold a log against. */
const standard = addFormats
  .default(new Ajv.default({ allErrors: true, strict: false, unicodeRegExp: false }))
  .compile(schema)

/** Why a log is none, in the words of the standard. */
function complaints(log: unknown): readonly string[] {
  standard(JSON.parse(JSON.stringify(log)))
  return (standard.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

describe('a log of every issue there is', () => {
  test('is one by the schema of SARIF 2.1.0', () => {
    expect(complaints(sarifOf(all))).toEqual([])
  })

  test('has one rule for each code, told in full', () => {
    const rules = run?.tool.driver.rules ?? []
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(codes).toSorted((a, b) => (a < b ? -1 : 1)))
    for (const { id, shortDescription, fullDescription, help, defaultConfiguration } of rules) {
      const entry = codes[id as keyof typeof codes]
      expect(shortDescription?.text).toBe(entry.title)
      expect(fullDescription?.text).toBe(entry.means)
      expect(help?.text).toContain(entry.good)
      expect(help?.markdown).toContain(`\`\`\`yaml\n${entry.bad}\`\`\``)
      expect(defaultConfiguration?.level).toBe(entry.severity)
    }
  })

  test('has one result for each issue, with its rule, its severity and a region that is not empty', () => {
    expect(run?.results).toHaveLength(all.length)
    for (const [index, { ruleId, ruleIndex = -1, level, message, locations }] of (
      run?.results ?? []
    ).entries()) {
      const issue = all[index] as Issue
      expect(run?.tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId)
      expect({ ruleId, level }).toEqual({ ruleId: issue.code, level: issue.severity })
      expect(message.text).toContain(issue.hint ?? issue.message)
      const {
        startLine = 0,
        startColumn = 0,
        endLine = 0,
        endColumn = 0,
      } = locations?.[0]?.physicalLocation?.region ?? {}
      expect(Math.min(startLine, startColumn, endLine, endColumn)).toBeGreaterThanOrEqual(1)
      expect(endLine > startLine || endColumn >= startColumn).toBe(true)
    }
  })
})

test.for([
  ['definitions/a b.yaml', 'definitions/a%20b.yaml'],
  ['definitions\\order#1.yaml', 'definitions/order%231.yaml'],
  ['../other/ä.yaml', '../other/%C3%A4.yaml'],
] as const)('the file %s is the URI %s', ([file, uri]) => {
  const log = sarifOf([{ ...(all[0] as Issue), file }])
  expect(log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe(uri)
})

test('without issues the log has an empty list of results: nothing was found, rather than nothing looked at', () => {
  expect(sarifOf([]).runs[0]?.results).toEqual([])
  expect(complaints(sarifOf([]))).toEqual([])
})

test('--sarif with --strict prints warnings and has exit code 1', async () => {
  const cwd = projectWith({
    'definitions/bare.yaml': 'name: bare\nsteps: [{ return: 1 }]\n',
    'activities/index.mjs': 'export const activities = {}',
  })
  const { code, out } = await command(['validate', 'definitions', '--sarif', '--strict'], { cwd })
  expect(code).toBe(1)
  expect(complaints(JSON.parse(out))).toEqual([])
  expect(JSON.parse(out).runs[0].results).toEqual([
    expect.objectContaining({ ruleId: 'tool.undescribed', level: 'warning' }),
  ])
})

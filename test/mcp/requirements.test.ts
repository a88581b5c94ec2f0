import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

interface Requirement {
  readonly section: string
  readonly says: string
  readonly 'shown by': readonly (string | Readonly<Record<string, string>>)[]
}

const specifications: Readonly<Record<string, readonly Requirement[]>> = parse(
  readFileSync(join(import.meta.dirname, 'requirements.yaml'), 'utf8'),
)
const ownPage = 'engine/mcp/README.md'
const requirements = Object.entries(specifications).flatMap(([specification, list]) =>
  list.map(
    (requirement) =>
      [`${specification} · ${requirement.section} · ${requirement.says}`, requirement] as const,
  ),
)

test.for(requirements)('%s', ([, requirement]) => {
  const shown = requirement['shown by'].flatMap((each) =>
    typeof each === 'string' ? [each] : Object.entries(each).map(([file, title]) => `${file}: ${title}`),
  )
  expect(shown).not.toEqual([])
  expect(shown.filter((citation) => !exists(citation))).toEqual([])
})

test('whatever our own page promises is a requirement, and the other way round', () => {
  const page = readFileSync(join(import.meta.dirname, '../..', ownPage), 'utf8')
  const promised = [...page.matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name)
  const required = (specifications[ownPage] ?? []).map(({ section }) => section)
  expect(new Set(required)).toEqual(new Set(promised))
})

/** Whether there is the test, or the scenario of the official suite, that a requirement cites. */
function exists(citation: string): boolean {
  const [file = '', title = ''] = citation.split(/: (.*)/s)
  if (file === 'conformance')
    return scenarios().includes(`\`${title}\``) && !expectedToFail().includes(`- ${title}\n`)
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`))
}

function scenarios(): string {
  return readFileSync(new URL(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js')), 'utf8')
}

function expectedToFail(): string {
  return readFileSync(join(import.meta.dirname, 'conformance/expected-2026-07-28.yaml'), 'utf8')
}

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import server from 'yaml-language-server/out/server/src/index.js'

const schema = readFileSync('schemas/workflow-test.schema.json', 'utf8')
const uri = 'file:///workflow-test.schema.json'

/** The service behind the editors' YAML support, with our schema and nothing else. */
const service = server.getLanguageService({
  schemaRequestService: async (wanted) => {
    if (wanted !== uri) throw new Error(`the schema asks for ${wanted}`)
    return schema
  },
  workspaceContext: { resolveRelativePath: (path) => path },
})
service.configure({
  validate: true,
  hover: true,
  completion: true,
  yamlVersion: '1.2',
  schemas: [{ uri, fileMatch: ['*.yaml'] }],
})

let documents = 0

/** The document without its cursor, and where that stood. */
function atCursor(text: string): [TextDocument, { line: number; character: number }] {
  const document = TextDocument.create(`file:///${++documents}.yaml`, 'yaml', 1, text.replace('█', ''))
  return [document, document.positionAt(text.indexOf('█'))]
}

/** A test with one case. */
const caseOf = (text: string): string =>
  `workflow: order\ncases:\n  - name: a\n${text.replaceAll(/^(?=.)/gm, '    ')}`

test.for([
  ['a new file', '█', ['workflow', 'given', 'cases']],
  ['what all are given', 'workflow: order\ngiven:\n  █', ['input', 'mocks', 'config', 'startsAt']],
  ['a case', caseOf('█'), ['mocks', 'answer', 'events', 'cancel', 'expect']],
  ['an answer', caseOf('answer:\n  - █'), ['step', 'after', 'data']],
  [
    'what is expected',
    caseOf('expect:\n  █'),
    ['status', 'output', 'error', 'elapsed', 'calls', 'questions'],
  ],
  ['a status', caseOf('expect:\n  status: █'), ['completed', 'failed', 'cancelled', 'waiting']],
] as const)('completion in %s', async ([, text, expected]) => {
  const { items } = await service.doComplete(...atCursor(text), false)
  expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining([...expected]))
})

test.for([
  ['elapsed', caseOf('expect:\n  ela█psed: 1h'), 'on the virtual clock', '24h'],
  ['mocks', caseOf('mo█cks: {}'), 'instead of being called', 'CH1'],
  ['after', caseOf('answer:\n  - step: a\n    af█ter: 1h'), 'after the question was asked', '2h'],
] as const)('hover over %s says what it is, with an example', async ([, text, words, example]) => {
  const contents = JSON.stringify((await service.doHover(...atCursor(text)))?.contents)
  expect(contents).toContain(words)
  expect(contents).toContain(example)
})

test.for([
  ['nothing', caseOf('mocks: { a: [{ error: { type: b } }, 1], "*": {} }\nexpect: { output: 1 }'), []],
  ['a misspelt key', caseOf('expect: { statsu: failed }'), ['4:15 Property statsu is not allowed.']],
  ['a case without expect', 'workflow: order\ncases:\n  - name: a\n', ['3:5 Missing property "expect".']],
  ['a duration', caseOf('expect: { elapsed: 5 }'), ['4:24 Must be a duration with a unit']],
  [
    'a mock',
    caseOf('mocks: { a: { $take: 5s } }\nexpect: { output: 1 }'),
    ['4:19 Property $take is not allowed.'],
  ],
  [
    'a failure',
    caseOf('mocks: { a: { error: {} } }\nexpect: { output: 1 }'),
    ['4:19 Missing property "type".'],
  ],
] as const)('what an editor underlines: %s', async ([, text, expected]) => {
  const [document] = atCursor(text)
  const found = await service.doValidation(document, false)
  const said = found.map(
    ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message.split('\n')[0]}`,
  )
  expect(said).toEqual(expected)
})

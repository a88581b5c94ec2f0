import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import server from 'yaml-language-server/out/server/src/index.js'

const schema = readFileSync('schemas/workflow.schema.json', 'utf8')

/** The service behind the editors' YAML support, with our schema and nothing else: a request for any other fails. */
const service = server.getLanguageService({
  schemaRequestService: async (uri) => {
    if (uri !== 'file:///workflow.schema.json') throw new Error(`the schema asks for ${uri}`)
    return schema
  },
  workspaceContext: { resolveRelativePath: (path) => path },
})
service.configure({
  validate: true,
  hover: true,
  completion: true,
  yamlVersion: '1.2',
  schemas: [{ uri: 'file:///workflow.schema.json', fileMatch: ['*.yaml'] }],
})

let documents = 0
const documentOf = (text: string): TextDocument =>
  TextDocument.create(`file:///${++documents}.yaml`, 'yaml', 1, text)

/** The document without its cursor, and where that stood. */
function atCursor(text: string): [TextDocument, { line: number; character: number }] {
  const document = documentOf(text.replace('█', ''))
  return [document, document.positionAt(text.indexOf('█'))]
}

const steps = (text: string): string => `name: example\nsteps:\n${text.replaceAll(/^(?=.)/gm, '  ')}`

test.for([
  ['a new file', '█', ['name', 'steps', 'input', 'retries', 'schedule']],
  ['the top level', 'name: example\n█', ['version', 'description', 'steps', 'result']],
  ['a new step', steps('- █'), ['call', 'forEach', 'ask', 'return', 'id', 'if', 'catch']],
  ['a call', steps('- call: log\n  █'), ['with', 'keep', 'idempotencyKey', 'timeout', 'retry', 'compensate']],
  ['a block', steps('- if: $input.a\n  █'), ['then', 'else', 'finally']],
  ['inside a forEach', steps('- forEach:\n    █'), ['in', 'as', 'concurrency', 'tolerate', 'steps']],
  [
    'a step three deep',
    steps('- forEach:\n    in: a\n    steps:\n      - try:\n          - █'),
    ['call', 'wait', 'race'],
  ],
  ['a branch', steps('- parallel:\n    a:\n      - █'), ['call', 'workflow', 'emit']],
  ['a choice', steps('- parallel: { a: [] }\n  onFailure: █'), ['cancel', 'continue']],
  ['a policy', steps('- call: log\n  retry:\n    █'), ['maxAttempts', 'delay', 'jitter', 'within']],
  ['a clause', steps('- call: log\n  catch:\n    - █'), ['on', 'when', 'as', 'steps', 'result']],
  ['the tool', 'name: example\ntool:\n  █', ['expose', 'taskSupport', 'annotations', 'ttl']],
  ['the schema of the input', 'name: example\ninput:\n  █', ['type', 'properties', 'required']],
] as const)('completion in %s', async ([, text, expected]) => {
  const { items } = await service.doComplete(...atCursor(text), false)
  const labels = items.map(({ label }) => label)
  expect(labels).toEqual(expect.arrayContaining([...expected]))
  expect(items.filter(({ documentation }) => !documentation)).toEqual([])
})

test.for([
  ['a new step', steps('- █'), ['with', 'keep', 'then', 'saga']],
  ['a call', steps('- call: log\n  █'), ['then', 'wait', 'forEach', 'saga', 'steps']],
  ['inside a loop', steps('- loop:\n    █'), ['call', 'in', 'catch']],
] as const)('completion in %s offers nothing that is wrong there', async ([, text, refused]) => {
  const { items } = await service.doComplete(...atCursor(text), false)
  expect(items.map(({ label }) => label).filter((label) => refused.some((one) => one === label))).toEqual([])
})

test.for([
  ['call', steps('- ca█ll: log'), 'Calls an activity', 'inventory.reserve'],
  ['timeout', steps('- call: log\n  time█out: 3s'), 'The most time one attempt', '30s'],
  ['concurrency', steps('- forEach:\n    concurr█ency: 3'), 'at the same time', '5'],
  ['maxAttempts', steps('- call: log\n  retry:\n    maxAtt█empts: 3'), 'the first attempt included', '5'],
  ['remindEvery', steps('- ask:\n    remind█Every: 3h'), 'reminded', '4h'],
  ['name', 'na█me: example', 'unique among all definitions', 'order-processing'],
] as const)('hover over %s says what it is, with an example', async ([, text, words, example]) => {
  const hover = await service.doHover(...atCursor(text))
  const contents = JSON.stringify(hover?.contents)
  expect(contents).toContain(words)
  expect(contents).toContain(example)
})

test.for([
  ['nothing', steps('- call: log\n  with: { message: a }\n- wait: 3s\n'), []],
  ['a misspelt key', steps('- call: log\n  wiht: { a: 1 }\n'), ['4:5 Property wiht is not allowed.']],
  ['a second kind', steps('- call: log\n  wait: 3s\n'), ['4:5 Property wait is not allowed.']],
  ['a duration without a unit', steps('- wait: 30\n'), ['3:11 Must be a duration with a unit']],
  [
    'a timeout without a unit',
    steps('- call: log\n  timeout: "30"\n'),
    ['4:14 Must be a duration with a unit'],
  ],
  ['an unknown kind', steps('- cal: log\n'), ['3:5 This step has no kind.']],
  [
    'no attempts',
    steps('- call: log\n  retry: { maxAttempts: 0 }\n'),
    ['4:27 Value is below the minimum of 1.'],
  ],
  ['a wrong choice', steps('- parallel: { a: [] }\n  onFailure: stop\n'), ['4:16 Value is not accepted.']],
  [
    'a mistake deep inside',
    steps('- forEach:\n    in: []\n    steps:\n      - try:\n          - loop: { steps: [{ wait: 5 }] }\n'),
    ['7:39 Must be a duration'],
  ],
  [
    'a missing name',
    'nam: x\nsteps: []\n',
    ['1:1 Missing property "name".', '1:1 Property nam is not allowed.'],
  ],
  [
    'two mistakes in two steps',
    steps('- cal: log\n- wait: 5\n'),
    ['3:5 This step has no kind.', '4:11 Must be a duration'],
  ],
] as const)('the underlines for %s', async ([, text, expected]) => {
  const found = await service.doValidation(documentOf(text), false)
  const lines = found.map(
    ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`,
  )
  expect(lines).toEqual(expected.map((start) => expect.stringContaining(start)))
})

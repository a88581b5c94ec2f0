import { describe, expect, test } from 'vitest'
import { formatIssue } from '../../engine/language/frame.ts'
import schema from '../../schemas/workflow-test.schema.json' with { type: 'json' }
import { isJsonObject, type Json } from '../../engine/json.ts'
import { suiteIn } from './suite-in.ts'

const definition = `
name: order
description: Charges.
config: { currency: EUR }
steps:
  - id: approval
    ask: { prompt: Go on?, timeout: 1h, onTimeout: null }
  - waitFor: { event: order-paid, timeout: 1h, onTimeout: null }
  - call: payment.charge
    with: { currency: "\${ $config.currency }" }
    compensate: { call: payment.refund }
`

/** What a wrong test is told: the place, the code, and both sentences. */
async function told(written: string): Promise<readonly string[]> {
  const { issues, cases } = await suiteIn({ test: written, definition })
  expect(cases).toEqual([])
  return issues.map(
    ({ line, column, code, message, hint = '' }) => `${line}:${column} ${code}: ${message}. ${hint}`,
  )
}

test.for([
  ['', '1:1 yaml.empty: The file holds no test. A test needs at least `workflow` and `cases`'],
  ['workflow: order', '1:1 key.missing: A test file needs "cases". Add "cases"'],
  ['cases: []\nworkflow: order', '1:8 value.empty: "cases" is empty; it needs at least one item. '],
  [
    'workflow: order\ncases:\n  - nam: a\n    expect: { output: 1 }',
    '3:5 key.unknown: "nam" is not a key of a case. Did you mean "name"?',
  ],
  [
    'workflow: order\ncases:\n  - name: a\n',
    '3:5 key.missing: A case needs "expect". Add "expect": a case that expects nothing tests nothing',
  ],
  [
    'workflow: order\ncases:\n  - name: a\n    expect: {}',
    '4:13 value.empty: "expect" is empty; it needs at least one key. ',
  ],
  [
    'workflow: order\ncases:\n  - name: a\n    expct: { output: 1 }\n    expect: { output: 1 }',
    '4:5 key.unknown: "expct" is not a key of a case. Did you mean "expect"?',
  ],
  [
    'workflow: order\nmocks: {}\ncases: [{ name: a, expect: { output: 1 } }]',
    '2:1 key.misplaced: "mocks" is not a key of a test file. It belongs into "given" or a case',
  ],
  [
    'workflow: order\ncases: [{ name: a, output: 1, expect: { calls: { payment.charge: 1 } } }]',
    '2:20 key.misplaced: "output" is not a key of a case. It belongs into "expect"',
  ],
  [
    'workflow: order\ncases: [{ name: a, expect: { status: complete } }]',
    '2:38 value.choice: "status" must be "completed" or "failed" or "cancelled" or "waiting" or "running", not "complete". Did you mean "completed"?',
  ],
  [
    'workflow: order\ncases: [{ name: a, expect: { elapsed: 5 } }]',
    '2:39 duration.invalid: "elapsed" must be a duration with a unit, not the number 5. For example: 500ms, 30s, 5m, 1h30m, 2d, PT1H or { hours: 1 }',
  ],
  [
    'workflow: order\ncases: [{ name: a, expect: { elapsed: 5s1h } }]',
    '2:39 duration.invalid: "5s1h" is not a duration. For example: 500ms, 30s, 1h30m, 2d, PT1H or { hours: 1 }',
  ],
  [
    'workflow: order\ngiven: { startsAt: 2030-02-30T00:00:00Z }\ncases: [{ name: a, expect: { output: 1 } }]',
    '2:20 timestamp.invalid: "2030-02-30T00:00:00Z" is not a time. For example: 2030-01-31T09:00:00Z',
  ],
  [
    'workflow: order\ngiven: { mocks: { payment.charge: { error: { typ: a.b } } } }\ncases: [{ name: a, expect: { output: 1 } }]',
    '2:46 key.unknown: "typ" is not a key of "error". Did you mean "type"?',
  ],
  [
    'workflow: order\ngiven: { mocks: { payment.charge: { $take: 5s } } }\ncases: [{ name: a, expect: { output: 1 } }]',
    '2:37 key.unknown: "$take" is not a key of "payment.charge". Did you mean "$takes"?',
  ],
  [
    'workflow: order\ngiven: { mocks: { payment.charge: { $returns: 1, error: { type: a.b } } } }\ncases: [{ name: a, expect: { output: 1 } }]',
    '2:50 key.misplaced: A call either returns or fails: "$returns" and "error" do not go together. Leave one of them out; a list of results says what happens call by call',
  ],
  [
    'workflow: order\ncases: [{ name: a, answer: [{ step: approval }], expect: { output: 1 } }]',
    '2:29 key.missing: An answer needs "data". Add "data"',
  ],
  [
    'workflow: order\ncases: [{ name: a, answer: [{ step: approval, data: 1, decline: true }], expect: { output: 1 } }]',
    '2:47 key.misplaced: A question is either answered or declined: "data" and "decline" do not go together. Leave one of them out',
  ],
  [
    'workflow: Order!\ncases: [{ name: a, expect: { output: 1 } }]',
    '1:11 name.invalid: "workflow" must be the name of a workflow, or name@range, not "Order!". For example: ship-order, or ship-order@^1.0',
  ],
  [
    'workflow: order\ncases: [{ name: a, expect: { output: ${ $x } } }]',
    '2:38 yaml.expressionInFlow: Inside { } or [ ] YAML ends an unquoted expression at its first brace, bracket or comma. Quote it: "${ $x }"',
  ],
] as const)('a test in the wrong form is refused: %j', async ([written, first]) => {
  expect(await told(written)).toEqual([first])
})

test.for([
  [
    'workflow: ordr',
    'cases: [{ name: a, expect: { output: 1 } }]',
    '1:11 workflow.unknown: There is no workflow "ordr" beside this test. Did you mean "order"?',
  ],
  [
    'workflow: order@^2.0',
    'cases: [{ name: a, expect: { output: 1 } }]',
    '1:11 workflow.version: No version of "order" is in the range. There is 1.0.0',
  ],
  [
    'workflow: order@newest',
    'cases: [{ name: a, expect: { output: 1 } }]',
    '1:11 workflow.range: "newest" is not a range of versions. For example: ^1.0',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, mocks: { payment.chrge: 1 }, expect: { output: 1 } }]',
    '2:29 activity.unknown: No step calls "payment.chrge", so nothing uses this mock. Did you mean "payment.charge"?',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, expect: { calls: { payment.refnd: 0 } } }]',
    '2:39 activity.unknown: No step calls "payment.refnd". Did you mean "payment.refund"?',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, answer: [{ step: aproval, data: 1 }], expect: { output: 1 } }]',
    '2:37 step.unknownId: No "ask" step has the id "aproval". Did you mean "approval"?',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, events: [{ event: order-payd }], expect: { output: 1 } }]',
    '2:38 value.choice: No step waits for an event "order-payd". Did you mean "order-paid"?',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, config: { curency: CHF }, expect: { output: 1 } }]',
    '2:30 config.unknown: Neither "order" nor a workflow beside it has a setting "curency". Did you mean "currency"?',
  ],
  [
    'workflow: order',
    'cases: [{ name: a, expect: { output: 1 } }, { name: a, expect: { output: 1 } }]',
    '2:53 name.taken: Two cases are called "a". ',
  ],
] as const)(
  'a name that means nothing is found before anything runs: %s %s',
  async ([head, cases, first]) => {
    expect(await told(`${head}\n${cases}\n`)).toEqual([first])
  },
)

test('the very characters are underlined', async () => {
  const written = 'workflow: order\ncases:\n  - name: a\n    expect: { stats: failed, elapsed: 5s }\n'
  const { issues } = await suiteIn({ test: written, definition })
  expect(issues.map((issue) => formatIssue(issue, written))).toEqual([
    `it.test.yaml:4:15  key.unknown
  "stats" is not a key of "expect"
  Did you mean "status"?
  4 |     expect: { stats: failed, elapsed: 5s }
    |               ^^^^^`,
  ])
})

test('a workflow with errors is not tested, and its errors are shown', async () => {
  const written = 'workflow: order\ncases: [{ name: a, expect: { output: 1 } }]\n'
  const broken = 'name: order\ndescription: Broken.\nsteps: [{ workflow: child }]\n'
  const others = ['name: child\ndescription: Broken too.\nsteps: [{ cal: log }]\n']
  const { issues } = await suiteIn({ test: written, definition: broken, others })
  expect(issues.map(({ file, code }) => `${file} ${code}`)).toEqual(['other-0.yaml step.unknownKind'])
})

describe('the schema', () => {
  test.for(keysIn(schema as Json, ''))('says what %s means, with an example', ([, part]) => {
    expect(typeof part['description']).toBe('string')
    expect(part['examples']).toSatisfy((examples: Json) => Array.isArray(examples) && examples.length > 0)
  })
})

type Key = readonly [path: string, part: { readonly [key: string]: Json }]

/** Every key that the schema lets people write, with its part of the schema, references followed. */
function keysIn(part: Json, path: string): readonly Key[] {
  if (Array.isArray(part)) return part.flatMap((item, index) => keysIn(item, `${path}/${index}`))
  if (!isJsonObject(part)) return []
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === 'examples') return []
    if (key !== 'properties' || !isJsonObject(value)) return keysIn(value, `${path}/${key}`)
    return Object.entries(value).flatMap(([name, property]): readonly Key[] =>
      isJsonObject(property)
        ? [
            [`${path}/${name}`, { ...target(property['$ref']), ...property }],
            ...keysIn(property, `${path}/${name}`),
          ]
        : [],
    )
  })
}

function target(reference: Json | undefined): { readonly [key: string]: Json } {
  const name = typeof reference === 'string' ? reference.replace('#/$defs/', '') : ''
  const found = (schema.$defs as unknown as { readonly [name: string]: Json })[name]
  return isJsonObject(found) ? found : {}
}

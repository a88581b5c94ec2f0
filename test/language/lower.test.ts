import { describe, expect, test } from 'vitest'
import type { ActivityCatalog } from '../../engine/language/catalog.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition } from '../../engine/language/definition.ts'

const catalog: ActivityCatalog = {
  echo: {},
  batch: {
    input: {
      type: 'object',
      properties: { items: { type: 'array' }, more: { type: ['array', 'null'] }, name: { type: 'string' } },
    },
  },
}

function lowered(text: string): Definition {
  const { definitions, issues } = compile([{ file: 'a.yaml', text }], catalog)
  const [definition] = definitions
  if (!definition) throw new Error(JSON.stringify(issues))
  return definition
}

describe('a definition', () => {
  test('has its defaults filled in and nothing that is not there', () => {
    expect(lowered('name: a\nsteps: []\n')).toEqual({
      name: 'a',
      version: '1.0.0',
      file: 'a.yaml',
      tool: { expose: true, taskSupport: 'required', annotations: {}, pollIntervalMs: 1000 },
      vars: {},
      config: {},
      secrets: [],
      functions: {},
      steps: [],
    })
  })

  test('survives being written to history: no field is undefined', () => {
    const definition = lowered(
      'name: a\nsteps:\n  - call: echo\n    id: x\n    with: { a: "${ $input.b }" }\n',
    )
    expect(JSON.parse(JSON.stringify(definition))).toStrictEqual(definition)
  })

  test('keeps what was written at the top', () => {
    const text =
      'name: a\nversion: 1.2.0\ntitle: A\ndescription: B\ntool: { taskSupport: optional, annotations: { readOnly: true }, ttl: 7d, pollInterval: 2s, icons: [{ src: a.png }] }\n' +
      'input: { properties: { x: { type: string } } }\noutput: { type: object }\nsecrets: [KEY]\nconfig: { c: [1] }\nvars: { v: "${ $input.x }" }\nfunctions: { f: "function($x) { $x }" }\n' +
      'schedule: { cron: "0 6 * * *", overlap: queue }\ntimeout: 1h\nfinally: []\nsteps: [{ set: { v: "${ $f($config.c) }" } }]\nresult: { v: "${ $vars.v }" }\n'
    expect(lowered(text)).toMatchObject({
      version: '1.2.0',
      tool: {
        taskSupport: 'optional',
        annotations: { readOnly: true },
        ttlMs: 604_800_000,
        pollIntervalMs: 2000,
        icons: [{ src: 'a.png' }],
      },
      input: { type: 'object', properties: { x: { type: 'string' } } },
      config: { c: [1] },
      vars: { v: { expr: { jsonata: '$input.x' } } },
      functions: { f: { jsonata: 'function($x) { $x }' } },
      schedule: { cron: '0 6 * * *', timezone: 'UTC', overlap: 'queue', input: {} },
      timeout: 3_600_000,
      finally: [],
      result: { map: { v: { expr: { jsonata: '$vars.v' } } } },
    })
  })

  test('with an error does not come out, the others do', () => {
    const { definitions } = compile([
      { file: 'a.yaml', text: 'name: a\nsteps: [{ wait: 5 }]\n' },
      { file: 'b.yaml', text: 'name: b\nsteps: [{ wait: 5s }]\n' },
    ])
    expect(definitions.map(({ name }) => name)).toEqual(['b'])
  })
})

describe('templates', () => {
  test.for([
    ['a constant', '1', { value: 1 }],
    ['a text', 'hello', { value: 'hello' }],
    ['nothing', '', { value: null }],
    ['a constant map', '{ a: [1, { b: null }] }', { value: { a: [1, { b: null }] } }],
    ['an expression', '"${ $input.a }"', { expr: { jsonata: '$input.a', at: [5, 17] } }],
    [
      'an expression with white space around',
      '"  ${ $input.a } "',
      { expr: { jsonata: '$input.a', at: [5, 19] } },
    ],
    [
      'a text with expressions',
      '"a ${ $input.a }${$input.b} c"',
      { text: ['a ', { jsonata: '$input.a', at: [5, 19] }, { jsonata: '$input.b', at: [5, 31] }, ' c'] },
    ],
    [
      'a map with one',
      '{ a: 1, b: "${ $input.a }" }',
      { map: { a: { value: 1 }, b: { expr: { jsonata: '$input.a', at: [5, 28] } } } },
    ],
    [
      'a list with one',
      '[1, "${ $input.a }"]',
      { list: [{ value: 1 }, { expr: { jsonata: '$input.a', at: [5, 21] } }] },
    ],
    ['an escaped mark', '"$${ a } and $${"', { value: '${ a } and ${' }],
    ['braces in strings', `"\${ '}' & \\"{\\" }"`, { expr: { jsonata: `'}' & "{"`, at: [5, 17] } }],
    ['an object', `"\${ {'a': {'b': 1}} }"`, { expr: { jsonata: `{'a': {'b': 1}}`, at: [5, 17] } }],
    [
      'a regex',
      "'${ $match($input.a, /\\}/) }'",
      { expr: { jsonata: '$match($input.a, /\\}/)', at: [5, 17] } },
    ],
    [
      'a division',
      '"${ $input.a / 2 } of ${ 4 / 2 }"',
      { text: [{ jsonata: '$input.a / 2', at: [5, 17] }, ' of ', { jsonata: '4 / 2', at: [5, 38] }] },
    ],
    ['a comment', '"${ 1 /* } */ }"', { expr: { jsonata: '1 /* } */', at: [5, 17] } }],
  ] as const)('%s', ([, written, expected]) => {
    const [first] = lowered(
      `name: a\ntool: { expose: false }\nsteps:\n  - id: x\n    return: ${written}\n`,
    ).steps
    expect(first).toMatchObject({ kind: 'return', value: expected })
  })

  test.for([
    ['folded', '>-\n        a\n        ${ $input.a }', [7, 12]],
    ['literal', '|\n        a\n          ${\n            $input.a }', [8, 13]],
    ['over lines', 'a\n        b ${ $input.a }', [6, 14]],
    ['in single quotes', "'it''s ${ $input.a }'", [5, 23]],
    ['in double quotes with escapes', '"\\t\\u00e9 \\\n        x ${ $input.a }"', [6, 14]],
  ] as const)('an expression in a text that is %s stands where it is written', ([, written, at]) => {
    const [first] = lowered(
      `name: a\ntool: { expose: false }\nsteps:\n  - id: x\n    return: ${written}\n`,
    ).steps
    const text = first?.kind === 'return' && 'text' in first.value ? first.value.text : []
    expect(text.find((piece) => typeof piece !== 'string')).toEqual({ jsonata: '$input.a', at })
  })

  test('lone expressions of several lines keep their lines', () => {
    const [first] = lowered(
      'name: a\ntool: { expose: false }\nsteps:\n  - return: |\n      ${ $input.a\n         & "b" }\n',
    ).steps
    expect(first).toMatchObject({ value: { expr: { jsonata: '$input.a\n   & "b"', at: [5, 10] } } })
  })
})

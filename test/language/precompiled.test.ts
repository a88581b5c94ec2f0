import { existsSync, globSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fileOf, metaschema, quickly } from '../../engine/language/precompiled.ts'
import { schemaProblems } from '../../engine/language/schema.ts'
import schema from '../../schemas/workflow.schema.json' with { type: 'json' }

const ajv = addFormats.default(new Ajv2020({ strict: false, logger: false }))

test.for([
  ['workflows', schema],
  ['JSON Schemas', metaschema],
] as const)(
  'the validator of %s is compiled ahead; if it is missing, "npm run prepare" makes it',
  ([, of]) => {
    expect(existsSync(fileOf(of))).toBe(true)
  },
)

test('a schema that nobody compiled ahead is not judged', () => {
  expect(quickly({ type: 'object' })({})).toBe(false)
})

test.for([
  { enum: [] },
  { patternProperties: { '(': {} } },
  { properties: { a: { type: 'object', patternProperties: { '[': true } } } },
  { additionalProperties: { items: { enum: [] } } },
  { nullable: true },
  { id: 'x', type: 'string' },
  { pattern: '(' },
  { type: 'strin' },
])('what only Ajv knows to be wrong in %j is found', (one) => {
  expect(schemaProblems(one)).not.toEqual([])
})

describe('both say the same', () => {
  const definitions = globSync('{definitions,test/**}/*.yaml').map((file) => readFileSync(file, 'utf8'))
  const validate = ajv.compile(schema)
  const quick = quickly(schema)

  test('of definitions, and of what is none', () => {
    const documents: unknown[] = definitions.flatMap((text) => {
      const document: unknown = parse(text)
      return [
        document,
        typeof document === 'object' && document !== null ? Object.values(document) : [],
      ].flat()
    })
    const verdicts = documents.map((document) => validate(document))
    expect(documents.map((document) => quick(document))).toEqual(verdicts)
    expect(new Set(verdicts)).toEqual(new Set([true, false]))
  })

  test.for([
    {},
    { type: 'object', properties: { a: { type: 'string', minLength: 1 } } },
    { type: 'strin' },
    { minLength: -1 },
    { properties: [] },
    { required: ['a', 'a'] },
    { $ref: 'not a reference' },
    { $defs: { a: { enum: 1 } } },
  ])('of the schema %j', (one) => {
    expect(quickly(metaschema)(one)).toBe(ajv.validateSchema(one))
  })
})

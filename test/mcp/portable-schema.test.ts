import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import type { Json, JsonSchema } from '../../engine/json.ts'
import { portableSchema } from '../../engine/mcp/portable-schema.ts'

test.for([
  [{ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' }, { type: 'object' }],
  [true, true],
  [
    { prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
    { items: { anyOf: [{ type: 'string' }, { type: 'number' }] }, maxItems: 2 },
  ],
  [
    { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
    { items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
  ],
  [{ prefixItems: [{ type: 'string' }] }, { items: true }],
  [{ dependentRequired: { a: ['b'] } }, { allOf: [{ if: { required: ['a'] }, then: { required: ['b'] } }] }],
  [
    { $ref: '#/$defs/a', description: 'x', $defs: { a: { type: 'string' } } },
    { description: 'x', $defs: { a: { type: 'string' } }, allOf: [{ $ref: '#/$defs/a' }] },
  ],
  [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }],
  [{ unevaluatedProperties: false, not: { required: ['a'] } }, {}],
  [
    { oneOf: [{ prefixItems: [true] }, { type: 'string' }] },
    { anyOf: [{ items: true }, { type: 'string' }] },
  ],
  [{ contains: { type: 'string' }, minContains: 0 }, {}],
  [{ oneOf: [{ $ref: '#/$defs/a' }] }, { oneOf: [{ $ref: '#/$defs/a' }] }],
] as const satisfies readonly (readonly [JsonSchema, JsonSchema])[])(
  '%j becomes %j',
  ([schema, portable]) => {
    expect(portableSchema(schema)).toEqual(portable)
  },
)

const schemas: readonly JsonSchema[] = [
  { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: { type: 'boolean' } },
  { not: { prefixItems: [{ type: 'string' }], minItems: 1 } },
  { dependentSchemas: { a: { properties: { b: { type: 'string' } }, required: ['b'] } } },
  { if: { dependentRequired: { a: ['b'] } }, then: { required: ['c'] }, else: { required: ['b'] } },
  { oneOf: [{ prefixItems: [{ type: 'string' }] }, { prefixItems: [{ type: 'number' }] }] },
  { contains: { type: 'string' }, minContains: 2, maxContains: 2 },
  { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
  { $defs: { t: { prefixItems: [{ const: 1 }] } }, properties: { a: { $ref: '#/$defs/t', minItems: 1 } } },
]
const values: readonly Json[] = [
  null,
  1,
  'a',
  [],
  [1],
  ['a'],
  ['a', 1],
  ['a', 1, true],
  ['a', 'b'],
  {},
  { a: 1 },
  { a: [1] },
  { a: [] },
  { a: 1, b: 'x' },
  { a: 1, b: 'x', c: 1 },
  { b: 'x' },
  { c: 1 },
]

test.for(schemas)(
  'a validator of draft-07 takes %j as it is, and refuses nothing that the schema accepts',
  (schema) => {
    const portable = portableSchema(schema)
    const newer = new Ajv2020({ strict: false }).compile(schema)
    const either = [
      new Ajv({ strictTypes: false, strictRequired: false }),
      new Ajv2020({ strict: false }),
    ].map((ajv) => ajv.compile(portable))
    expect(values.filter((value) => newer(value) && !either.every((accepts) => accepts(value)))).toEqual([])
  },
)

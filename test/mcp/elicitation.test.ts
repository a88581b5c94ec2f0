import { expect, test } from 'vitest'
import type { Json, JsonSchema } from '../../engine/json.ts'
import { formOf } from '../../engine/mcp/elicitation.ts'
import type { Question } from '../../engine/run.ts'

test.for([
  [undefined, { answer: { title: 'Answer', type: 'string' } }, { answer: 'x' }, 'x'],
  [{}, { answer: { title: 'Answer', type: 'string' } }, { answer: 'x' }, 'x'],
  [{ type: 'boolean' }, { answer: { title: 'Answer', type: 'boolean' } }, { answer: true }, true],
  [
    { type: 'integer', minimum: 1, multipleOf: 2, title: 'Age' },
    { answer: { title: 'Age', type: 'integer', minimum: 1 } },
    { answer: 2 },
    2,
  ],
  [
    { enum: ['a', 'b'] },
    { answer: { title: 'Answer', type: 'string', enum: ['a', 'b'] } },
    { answer: 'a' },
    'a',
  ],
  [
    { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] },
    {
      answer: {
        title: 'Answer',
        type: 'string',
        oneOf: [
          { const: 'a', title: 'A' },
          { const: 'b', title: 'b' },
        ],
      },
    },
    { answer: 'a' },
    'a',
  ],
  [
    { type: 'array', items: { enum: ['a', 'b'] }, maxItems: 1 },
    { answer: { title: 'Answer', type: 'array', maxItems: 1, items: { type: 'string', enum: ['a', 'b'] } } },
    { answer: ['a'] },
    ['a'],
  ],
  [
    { type: 'string', format: 'email', pattern: '@', maxLength: 9 },
    { answer: { title: 'Answer', type: 'string', maxLength: 9, format: 'email' } },
    { answer: 'a@b' },
    'a@b',
  ],
  [
    { type: 'string', format: 'ipv4' },
    { answer: { title: 'Answer', type: 'string' } },
    { answer: '1.2.3.4' },
    '1.2.3.4',
  ],
  [
    { type: 'array', items: { type: 'object' } },
    {
      answer: {
        title: 'Answer',
        type: 'string',
        description: 'JSON that fits {"type":"array","items":{"type":"object"}}',
      },
    },
    { answer: '[{"a":1}]' },
    [{ a: 1 }],
  ],
] as const satisfies readonly (readonly [JsonSchema | undefined, Json, Record<string, Json>, Json])[])(
  'what fits %j is asked for as %j, and %j means %j',
  ([schema, properties, content, answer]) => {
    const form = formOf(question(schema))
    expect(form.requestedSchema).toEqual({ type: 'object', properties, required: ['answer'] })
    expect(form.read(content)).toEqual(answer)
  },
)

test('an object is a form of its fields; those that no form can hold are written as JSON', () => {
  const form = formOf(
    question({
      type: 'object',
      properties: { ok: { type: 'boolean' }, lines: { type: 'array' } },
      required: ['ok', 'other'],
      additionalProperties: false,
    }),
  )
  expect(form.requestedSchema).toEqual({
    type: 'object',
    properties: {
      ok: { type: 'boolean' },
      lines: { type: 'string', description: 'JSON that fits {"type":"array"}' },
    },
    required: ['ok'],
  })
  expect(form.read({ ok: true, lines: '[1]' })).toEqual({ ok: true, lines: [1] })
  expect(() => form.read({ lines: 'one' })).toThrow(SyntaxError)
})

function question(schema: JsonSchema | undefined): Question {
  return {
    key: 'q',
    step: 'q',
    prompt: 'Well?',
    askedAt: '2026-11-24T00:00:00Z',
    reminders: 0,
    ...(schema === undefined ? {} : { schema }),
  }
}

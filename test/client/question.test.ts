import { expect, test } from 'vitest'
import { acceptableAnswer, questionNamed } from '../../engine/client/question.ts'
import type { Question, Run } from '../../engine/run.ts'

const ask = (key: string, step: string): Question => ({
  key,
  step,
  prompt: 'Go?',
  askedAt: '2026-01-01T00:00:00.000Z',
  reminders: 0,
  schema: {
    type: 'object',
    required: ['go'],
    properties: { go: { type: 'boolean' }, by: { default: 'anybody' } },
  },
})

const runWith = (...questions: Question[]): Run => ({
  id: 'r',
  workflow: 'w',
  status: 'waiting',
  createdAt: '',
  updatedAt: '',
  report: { questions },
  tags: {},
})

test('a question is found by its key and by its step', () => {
  const run = runWith(ask('1', 'approve'), ask('2', 'review'))
  expect(questionNamed('2', run).step).toBe('review')
  expect(questionNamed('approve', run).key).toBe('1')
})

test('a step that asks twice at once must be answered by key', () => {
  const run = runWith(ask('1', 'approve'), ask('2', 'approve'))
  expect(() => questionNamed('approve', run)).toThrow(
    expect.objectContaining({ code: 'question.unknown', message: expect.stringContaining('"1", "2"') }),
  )
  expect(questionNamed('2', run).key).toBe('2')
})

test('a question that is not open is refused with those that are', () => {
  expect(() => questionNamed('aprove', runWith(ask('1', 'approve')))).toThrow(
    expect.objectContaining({ code: 'question.unknown', message: expect.stringContaining('"approve" (1)') }),
  )
  expect(() => questionNamed('approve', runWith())).toThrow('no question is open')
})

test('an answer is checked, and completed, by the schema of its question', () => {
  const question = ask('1', 'approve')
  expect(acceptableAnswer(question, { go: true })).toEqual({ go: true, by: 'anybody' })
  expect(() => acceptableAnswer(question, { go: 'yes' })).toThrow(
    expect.objectContaining({
      code: 'answer.invalid',
      message: 'The answer to "approve" does not fit: "/go" must be boolean',
      data: [{ path: '/go', message: 'must be boolean' }],
    }),
  )
})

import { expect, test } from 'vitest'
import { activities } from '../../activities/index.ts'
import { schemaProblems } from '../../engine/language/schema.ts'
import { activityNamed } from '../../engine/worker/registry.ts'
import { perform } from './perform.ts'

test.for(Object.keys(activities))('%s says what it does, what it takes and what it gives', (name) => {
  const activity = activityNamed(name, activities)
  expect(activity?.description).toMatch(/^[A-Z].+\.$/)
  for (const schema of [activity?.input, activity?.output]) {
    if (schema === undefined) throw new Error('a schema is missing')
    expect(schemaProblems(schema)).toEqual([])
  }
  expect(activity?.input).toMatchObject({ type: 'object', additionalProperties: false })
})

test('log writes a line at its level', async () => {
  const lines: unknown[] = []
  const at =
    (level: string) =>
    (...line: unknown[]): void =>
      void lines.push([level, ...line])
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  expect(await perform('log', { message: 'hello' }, { log })).toBeNull()
  await perform('log', { message: 'careful', level: 'warn', data: { a: 1 } }, { log })
  expect(lines).toEqual([
    ['info', 'hello', undefined],
    ['warn', 'careful', { a: 1 }],
  ])
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import schema from '../../schemas/workflow-test.schema.json' with { type: 'json' }
import { projectWith } from '../support/files.ts'
import { command } from '../support/shell.ts'

const page = readFileSync('docs/testing.md', 'utf8')

test('the example of the page passes', async () => {
  const files = [...page.matchAll(/^```yaml (\S+)\n([^]*?)^```$/gm)].map(([, name = '', text = '']) => [
    name,
    text,
  ])
  const cwd = projectWith(Object.fromEntries(files))
  const { out, err } = await command(['test'], { cwd })
  expect(out).not.toContain('✗')
  expect(err).toContain('4 cases: 4 passed, 0 failed')
})

test.for([
  ...Object.keys(schema.properties),
  ...Object.keys(schema.properties.given.properties),
  ...Object.keys(schema.$defs.case.properties),
  ...Object.keys(schema.$defs.expect.properties),
  ...Object.keys(schema.$defs.markedResult.properties),
  ...Object.keys(schema.$defs.answer.properties),
])('the page says what "%s" means', (key) => {
  expect(page).toMatch(new RegExp(`\`[^\`]*${key.replace('$', '\\$')}\\b[^\`]*\``))
})

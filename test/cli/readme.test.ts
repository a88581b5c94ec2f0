import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/process.ts'
import { projectWith } from '../support/files.ts'
import { command } from '../support/shell.ts'

const readme = readFileSync(join(repository, 'README.md'), 'utf8')

/** The blocks of the README in one language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  )
}

const [definition = ''] = blocks('yaml')
const activity = (blocks('ts')[0] ?? '').replace('../engine/index.ts', join(repository, 'engine/index.ts'))
const registry = `import { greet } from './mine.ts'\nexport const activities = { 'mine.greet': greet }\n`
const project = {
  'package.json': '{ "type": "module" }',
  'definitions/mine.yaml': definition,
  'activities/mine.ts': activity,
  'activities/index.ts': registry,
}

test('the workflow of the README is valid and runs', async () => {
  const cwd = projectWith(project)
  expect(await command(['validate', '--strict'], { cwd })).toMatchObject({ code: 0, out: '' })
  const { out } = await command(['run', 'mine'], { cwd })
  expect(JSON.parse(out)).toEqual(['Hello, Ada!', 'Hello, Grace!'])
})

test('the mistake in the README is told as the README tells it', async () => {
  const cwd = projectWith({
    ...project,
    'definitions/mine.yaml': definition.replace('mine.greet', 'mine.gret'),
  })
  const { out } = await command(['validate'], { cwd })
  expect(blocks('text').map((text) => text.trim())).toContain(out.trim())
})

test.for([
  ['http', { type: 'http', url: 'http://127.0.0.1:3000/mcp' }],
  ['stdio', { type: 'stdio', command: 'npx', args: ['longhaul', 'mcp'] }],
] as const)('the configuration for VS Code over %s is JSON that it understands', ([, server]) => {
  expect(blocks('json').map((text) => JSON.parse(text))).toContainEqual({ servers: { longhaul: server } })
})

test.for([
  'serve',
  'mcp',
  'run',
  'start',
  'show',
  'list',
  'history',
  'cancel',
  'raise',
  'answer',
  'validate',
  'replay',
  'test',
  'worker',
  'hub',
  'explain',
  'activities',
  'init',
])('the README names "longhaul %s"', (name) => {
  expect(readme).toMatch(new RegExp(`\`(?:\\w+\`, \`)*${name}\\b`))
})

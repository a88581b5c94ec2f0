import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from '../support/project.ts'
import { legacyClient } from './task-client.ts'

const secret = 'tr0ub4dor&3-very-secret'

test('a secret reaches the activity and nothing else: no file, no log, no answer, no error', async () => {
  const home = project()
  home.define(
    'leaky',
    `
secrets: [API_KEY]
steps:
  - id: returned
    call: echo
    with: { key: { $secret: API_KEY } }
  - id: thrown
    call: shout
    with: { key: { $secret: API_KEY } }
    retry: { maxAttempts: 2, delay: 10ms }
    progress: Calling with \${ $steps.returned }
    catch: [{ on: ['*'], result: "\${ $error }" }]
  - id: last
    call: shout
    with: { key: { $secret: API_KEY } }
`,
  )
  const { server, url } = await home.serve({ API_KEY: secret })
  const client = await legacyClient(url)
  const taskId = await client.start('leaky', {})
  expect(await client.failure(taskId)).toContain('refused the key ***')
  const seen = JSON.stringify(home.deeds())
  expect(seen).toContain(secret)

  const shown = await Promise.all(
    [
      ['show', taskId, '--json'],
      ['history', taskId, '--json'],
      ['list', '--json'],
    ].map((args) => home.run(...args).ended),
  )
  server.kill('SIGINT')
  const { out, err } = await server.ended
  const texts = [
    out,
    err,
    client.heard(),
    ...shown.flatMap((one) => [one.out, one.err]),
    ...filesIn(join(home.folder, '.longhaul')),
  ]
  for (const text of texts) for (const form of forms) expect(text).not.toContain(form)
  expect(err).toContain('the key is ***')
  expect(client.heard()).toContain('refused the key ***')
})

const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
}

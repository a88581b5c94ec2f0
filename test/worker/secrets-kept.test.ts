import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openEmbeddedHub } from '../../engine/hub/embedded.ts'
import { type Line, logInto } from '../support/activity-host.ts'
import { clientOf, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { folderForTest } from '../support/hub.ts'

test('a secret is in the input of its activity and nowhere else', async () => {
  const secret = 'tops3cret/+='
  const data = await folderForTest()
  const hub = await openEmbeddedHub({ dataDir: data })
  onTestFinished(() => hub.close())
  const client = await clientOf(hub)
  const lines: Line[] = []
  const seen: unknown[] = []
  await workerOf(hub, {
    env: { API_KEY: secret },
    log: logInto(lines),
    activities: {
      echo: (input: { auth: string }, { log, progress }) => {
        seen.push(input)
        log.info(`used ${input.auth}`, { input })
        progress(`using ${input.auth}`)
        return { input, [input.auth]: Buffer.from(input.auth).toString('base64') }
      },
      fails: (input: { auth: string }) => {
        throw Object.assign(new Error(`bad ${input.auth}`), { type: 'auth.bad', data: { tried: input.auth } })
      },
    },
  })
  const definition = compiled(`
name: secretive
secrets: [API_KEY]
steps:
  - call: echo
    with: { auth: { $secret: API_KEY } }
    keep: '{ "all": $, "disguised": $reverse($split(input.auth, "")) }'
  - call: fails
    with: { auth: { $secret: API_KEY } }
`)
  const run = await client.wait((await client.start(definition, null)).id)
  expect(seen).toEqual([{ auth: secret }])
  expect(run.error).toMatchObject({ type: 'auth.bad', message: 'bad ***', data: { tried: '***' } })
  expect(lines.length).toBeGreaterThan(0)
  const stored = await Promise.all((await readdir(data)).map((file) => readFile(join(data, file), 'latin1')))
  const everything = JSON.stringify([run, lines, await client.history(run.id)]) + stored.join('\n')
  expect(everything).toContain('***')
  const reversed = JSON.stringify(secret.split('').toReversed())
  const forms = [secret, reversed, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
  expect(forms.filter((form) => everything.includes(form))).toEqual([])
})

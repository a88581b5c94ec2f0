import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { expect, test } from 'vitest'
import { serveStdio } from '../../engine/mcp/stdio.ts'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { ScriptedRuns } from './support/scripted-runs.ts'
import { scriptedHost } from './support/served.ts'

test('a client on the pipes starts a task, is told and asked, and gets the result', async () => {
  const runs = new ScriptedRuns()
  const { host } = scriptedHost([definition('order')], runs)
  const [input, output] = [new PassThrough(), new PassThrough()]
  const server = await serveStdio(host, { input, output })
  // The SDK's server transport is as good as a client's: lines in, lines out.
  await using client = await connectLegacy(new StdioServerTransport(output, input), () => ({
    action: 'accept',
    content: { answer: 'yes' },
  }))
  const { taskId } = await client.start('order')
  runs.ask(taskId, { key: 'sure' })
  await client.until(() => runs.answers[0])
  runs.complete(taskId, { ok: true })
  expect(await client.request('tasks/result', { taskId })).toMatchObject({ structuredContent: { ok: true } })
  input.end()
  await server.closed
  expect(runs.watching).toBe(0)
})

test('what was asked before stdin ended is answered before the server closes', async () => {
  const { host } = scriptedHost([definition('order')])
  const [input, output] = [new PassThrough(), new PassThrough()]
  const server = await serveStdio(host, { input, output })
  input.end(
    [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
      { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'order', task: {} } },
    ]
      .map((message) => `${JSON.stringify(message)}\n`)
      .join(''),
  )
  await server.closed
  output.end()
  let text = ''
  output.on('data', (chunk) => (text += chunk))
  await once(output, 'end')
  const answers = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  expect(answers.filter((id) => id !== undefined)).toEqual([1, 2, 3])
})

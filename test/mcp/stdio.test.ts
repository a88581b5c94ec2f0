import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { expect, test } from 'vitest'
import { serveStdio } from '../../engine/mcp/stdio.ts'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { ScriptedRuns } from './support/scripted-runs.ts'
import { openPipes } from './support/pipes.ts'
import { scriptedHost } from './support/served.ts'

const modern = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
}

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
  await runs.answered(1)
  runs.complete(taskId, { ok: true })
  expect(await client.request('tasks/result', { taskId })).toMatchObject({ structuredContent: { ok: true } })
  input.end()
  await server.closed
  expect(runs.watching).toBe(0)
})

test('a client of the newer era on the pipes runs a task and is told of it', async () => {
  const runs = new ScriptedRuns()
  const { host } = scriptedHost([definition('order')], runs)
  await using pipes = await openPipes(host)
  const ask = (method: string, params: object = {}): Promise<Answer> =>
    pipes.ask(method, { ...params, _meta: modern })
  expect((await ask('server/discover'))['result'].capabilities.extensions).toHaveProperty([
    'io.modelcontextprotocol/tasks',
  ])
  const { taskId } = (await ask('tools/call', { name: 'order', arguments: {} }))['result']
  pipes.send({
    id: 'l1',
    method: 'subscriptions/listen',
    params: { notifications: { taskIds: [taskId] }, _meta: modern },
  })
  expect(await pipes.next()).toMatchObject({ params: { notifications: { taskIds: [taskId] } } })
  expect(await pipes.next()).toMatchObject({ method: 'notifications/tasks', params: { status: 'working' } })
  runs.complete(taskId, { ok: true })
  expect(await pipes.next()).toMatchObject({
    params: { status: 'completed', _meta: { 'io.modelcontextprotocol/subscriptionId': 'l1' } },
  })
  pipes.send({ method: 'notifications/cancelled', params: { requestId: 'l1' } })
  expect((await ask('tasks/get', { taskId }))['result'].result.structuredContent).toEqual({ ok: true })
  expect(runs.watching).toBe(0)
})

test('a client that tries the newer era first may fall back to the older', async () => {
  const { host } = scriptedHost([definition('order')])
  await using pipes = await openPipes(host)
  expect((await pipes.ask('server/discover', { _meta: modern }))['result'].supportedVersions).toEqual([
    '2026-07-28',
  ])
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } }
  expect((await pipes.ask('initialize', params))['result'].protocolVersion).toBe('2025-11-25')
  pipes.send({ method: 'notifications/initialized' })
  expect((await pipes.ask('tools/list'))['result'].tools[0].execution).toEqual({ taskSupport: 'required' })
})

test.for([
  ['{', -32700],
  ['{"id":1}', -32600],
] as const)('the line %s is answered with %i', async ([line, code]) => {
  const { host } = scriptedHost([])
  await using pipes = await openPipes(host)
  pipes.write(line)
  expect((await pipes.next())['error'].code).toBe(code)
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

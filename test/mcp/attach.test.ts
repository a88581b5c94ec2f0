import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { createMcpHandler, McpServer as ModernMcpServer } from '@modelcontextprotocol/server'
import { expect, test } from 'vitest'
import { attachmentOf } from '../../engine/mcp/attach.ts'
import { sendWebResponse, toWebRequest } from '../../engine/mcp/web.ts'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { listen, raw } from './support/modern-client.ts'
import { ScriptedRuns } from './support/scripted-runs.ts'
import { scriptedHost } from './support/served.ts'

const greet = 'name: greet\ndescription: Greets\nsteps:\n  - return: Hello\n'

test('a server keeps its tools, resources and prompts beside those of the workflows', async () => {
  const { host, runs } = attached()
  const server = new McpServer({ name: 'mine', version: '1' })
  server.registerTool('time', {}, () => ({ content: [{ type: 'text', text: 'noon' }] }))
  server.registerResource('note', 'note://one', {}, () => ({
    contents: [{ uri: 'note://one', text: 'one' }],
  }))
  server.registerPrompt('hail', {}, () => ({ messages: [] }))
  attachmentOf(host).attach(server)
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
  await server.connect(serverSide)
  await using client = await connectLegacy(clientSide, () => ({
    action: 'accept',
    content: { answer: 'yes' },
  }))
  expect((await client.client.listTools()).tools.map(({ name }) => name)).toEqual(['order', 'time'])
  expect(await client.request('tools/call', { name: 'time' })).toMatchObject({ content: [{ text: 'noon' }] })
  expect((await client.client.listResources()).resources.map(({ uri }) => uri)).toEqual([
    'workflow://guide',
    'workflow://definitions/order',
    'note://one',
  ])
  expect(await client.request('resources/read', { uri: 'note://one' })).toMatchObject({
    contents: [{ text: 'one' }],
  })
  expect(await client.request('resources/read', { uri: 'workflow://guide' })).toHaveProperty('contents')
  expect(await client.request('prompts/get', { name: 'hail' })).toEqual({ messages: [] })
  const { taskId } = await client.start('order')
  runs.ask(taskId, { key: 'sure' })
  await runs.answered(1)
  runs.complete(taskId, { ok: true })
  expect(await client.request('tasks/result', { taskId })).toMatchObject({ structuredContent: { ok: true } })
})

test('the tasks that a server has of its own stay its own', async () => {
  const { host } = attached()
  const taskStore = new InMemoryTaskStore()
  const capabilities = { tools: {}, tasks: { list: {}, cancel: {} } }
  const server = new Server({ name: 'mine', version: '1' }, { capabilities, taskStore })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [] }))
  attachmentOf(host).attach(server)
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair()
  await server.connect(serverSide)
  await using client = await connectLegacy(clientSide)
  const mine = await taskStore.createTask({ ttl: null }, 1, { method: 'tools/call' })
  const { taskId } = await client.start('order')
  expect(await client.request('tasks/get', { taskId: mine.taskId })).toMatchObject({ taskId: mine.taskId })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'working' })
  const first = await client.request('tasks/list')
  const second = await client.request('tasks/list', { cursor: first['nextCursor'] })
  expect([first, second].flatMap(({ tasks }) => tasks)).toMatchObject([{ taskId }, { taskId: mine.taskId }])
})

test('a server of the newer line is attached to for each request', async () => {
  const { host, runs } = attached()
  const attachment = attachmentOf(host)
  const handler = createMcpHandler(
    () => {
      const server = new ModernMcpServer({ name: 'mine', version: '1' })
      server.registerTool('time', {}, () => ({ content: [{ type: 'text', text: 'noon' }] }))
      attachment.attach(server)
      return server
    },
    { legacy: 'reject' },
  )
  const ask = async (method: string, params: Record<string, unknown> = {}): Promise<Answer> => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    }
    const name = params['name'] ?? params['taskId']
    const response = await handler.fetch(
      new Request('http://localhost/mcp', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
      }),
    )
    const { result }: Answer = Object(await response.json())
    return result
  }
  expect((await ask('server/discover'))['capabilities']).toMatchObject({
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  })
  expect((await ask('tools/list'))['tools'].map((tool: { name: string }) => tool.name)).toEqual([
    'order',
    'time',
  ])
  expect(await ask('tools/call', { name: 'time', arguments: {} })).toMatchObject({
    content: [{ text: 'noon' }],
  })
  const created = await ask('tools/call', { name: 'order', arguments: {} })
  expect(created).toMatchObject({ resultType: 'task' })
  expect(created).not.toHaveProperty('content')
  runs.complete(created['taskId'], { ok: true })
  expect(await ask('tasks/get', { taskId: created['taskId'] })).toMatchObject({ status: 'completed' })
  await handler.close()
})

test('an endpoint whose servers are attached to tells of tasks, runs and changed tools, and of its own', async () => {
  const scripted = attached()
  const workflows = attachmentOf(scripted.host)
  const own = createMcpHandler(
    () => {
      const server = new ModernMcpServer({ name: 'mine', version: '1' })
      server.registerTool('time', { description: 'Tells the time' }, () => ({ content: [] }))
      workflows.attach(server)
      return server
    },
    { legacy: 'reject' },
  )
  await using served = await overHttp(workflows.pushing(own))
  const call = await raw(served.url, 'tools/call', { name: 'order', arguments: {} })
  const taskId = call.result?.['taskId']
  const stream = listen(served.url, { taskIds: [taskId], toolsListChanged: true })
  expect((await stream.next()).value).toMatchObject({ params: { notifications: { taskIds: [taskId] } } })
  expect((await stream.next()).value).toMatchObject({ params: { taskId, status: 'working' } })
  scripted.redefine([definition('order'), definition('other')])
  expect((await stream.next()).value).toMatchObject({ method: 'notifications/tools/list_changed' })
  scripted.runs.complete(taskId, { ok: true })
  expect((await stream.next()).value).toMatchObject({ params: { taskId, status: 'completed' } })
  await stream.return(undefined)
  expect((await raw(served.url, 'tools/call', { name: 'time', arguments: {} })).result).toMatchObject({
    content: [],
  })
  expect((await raw(served.url, 'tools/call', {})).error).toMatchObject({ code: -32602 })
})

test('what is no server is refused', () => {
  expect(() => attachmentOf(attached().host).attach({})).toThrow('This is no server of')
})

test.for(['attach-to-server.ts', 'durable-task-store.ts'])(
  'the example %s runs a workflow as a task',
  async (example) => {
    await using folder = await folderWith(greet)
    const args = [join(import.meta.dirname, 'examples', example), folder.path, join(folder.path, '.longhaul')]
    await using client = await connectLegacy(new StdioClientTransport({ command: process.execPath, args }))
    const { taskId } = await client.start('greet')
    expect(await client.request('tasks/result', { taskId })).toMatchObject({ content: [{ text: 'Hello' }] })
  },
)

test('the example attach-to-modern-server.ts offers workflows beside its own tool', async () => {
  await using folder = await folderWith(greet)
  const example = join(import.meta.dirname, 'examples/attach-to-modern-server.ts')
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(
    new ModernStdio({
      command: process.execPath,
      args: [example, folder.path, join(folder.path, '.longhaul')],
    }),
  )
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['greet', 'time'])
  expect(client.getServerCapabilities()).toMatchObject({
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  })
  await client.close()
})

/** Serves what answers web requests, on a free port. */
async function overHttp(handler: {
  fetch(request: Request): Promise<Response>
}): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(async (message, to) => {
    const gone = new AbortController()
    to.once('close', () => gone.abort())
    const bare = toWebRequest(message, gone.signal)
    const body = message.method === 'POST' ? { body: new Uint8Array(await buffer(message)) } : {}
    await sendWebResponse(await handler.fetch(new Request(bare, body)), to)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/mcp`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function attached(): ReturnType<typeof scriptedHost> & { readonly runs: ScriptedRuns } {
  const runs = new ScriptedRuns()
  return { ...scriptedHost([definition('order')], runs), runs }
}

async function folderWith(text: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'longhaul-example-'))
  await writeFile(join(path, 'greet.yaml'), text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

import { expect, test } from 'vitest'
import { definition } from './support/definitions.ts'
import { connectLegacy } from './support/legacy-client.ts'
import { raw } from './support/modern-client.ts'
import { serve } from './support/served.ts'

test.for([
  ['tools/call', { name: 'order', arguments: null, task: {} }, 'arguments: expected object, received null'],
  ['tools/call', { name: 'order', arguments: [1], task: {} }, 'arguments: expected object, received array'],
  ['tools/call', { arguments: {}, task: {} }, 'name: expected string, received undefined'],
  ['tools/call', { name: 'order', task: { ttl: 'x' } }, 'task.ttl: expected number, received string'],
  ['tasks/get', {}, 'taskId: expected string, received undefined'],
  ['tasks/result', { taskId: 5 }, 'taskId: expected string, received number'],
  ['resources/read', {}, 'uri: expected string, received undefined'],
] as const)('in the older era %s with %j is invalid: %s', async ([method, params, problem]) => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  await expect(client.request(method, params)).rejects.toMatchObject({
    code: -32602,
    message: `MCP error -32602: Invalid params: ${problem}`,
  })
  expect([served.runs.runs.size, served.errors]).toEqual([0, []])
})

test.for([
  ['tools/call', { name: 'order', arguments: null }, 'arguments: expected object, received null'],
  ['tools/call', { arguments: {} }, 'name: expected string, received undefined'],
  ['tasks/get', {}, 'taskId must be a string'],
  ['resources/read', {}, 'uri must be a string'],
] as const)('in the newer era %s with %j is invalid: %s', async ([method, params, problem]) => {
  await using served = await serve([definition('order')])
  const { error } = await raw(served.url, method, params)
  expect(error).toMatchObject({ code: -32602, message: `Invalid params: ${problem}` })
  expect([served.runs.runs.size, served.errors]).toEqual([0, []])
})

test.for([[{}], [{ inputResponses: { q: 5 } }]] as const)(
  'tasks/update with %j is refused, and the question stays',
  async ([responses]) => {
    await using served = await serve([definition('order')])
    const { result } = await raw(served.url, 'tools/call', { name: 'order', arguments: {} })
    const taskId = result?.['taskId']
    served.runs.ask(taskId, { key: 'q' })
    const { error } = await raw(served.url, 'tasks/update', { taskId, ...responses })
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('inputResponses') })
    expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
      inputRequests: { q: {} },
    })
  },
)

test('a method of HTTP that the endpoint does not have is refused with those it has', async () => {
  await using served = await serve([])
  const response = await fetch(served.url, { method: 'PUT' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE'])
})

test('a prompt about a run with megabytes in it stays short, and one about no run says so', async () => {
  const order = definition('order')
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { id } = await served.runs.start(order, { text: 'x'.repeat(1_000_000), many: Array(50_000).fill(1) })
  const { messages } = await client.client.getPrompt({ name: 'diagnose_run', arguments: { run: id } })
  expect(JSON.stringify(messages).length).toBeLessThan(100_000)
  await expect(
    client.client.getPrompt({ name: 'diagnose_run', arguments: { run: 'none' } }),
  ).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('There is no run "none"') })
})

test('nobody can subscribe to a run that is not there', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  await expect(client.request('resources/subscribe', { uri: 'workflow://runs/none' })).rejects.toMatchObject({
    code: -32002,
  })
})

test('listening to what is no list of tasks is refused', async () => {
  await using served = await serve([])
  const { error } = await raw(served.url, 'subscriptions/listen', { notifications: { taskIds: 'x' } })
  expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('taskIds must be a list') })
})

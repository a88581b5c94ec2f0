import { expect, test } from 'vitest'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { serve } from './support/served.ts'

const order = definition('order', {
  input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  output: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
})

test('a tool called as a task runs, and its result is structured content and the same as text', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const task = await client.start('order', { id: 'a' })
  expect(task).toMatchObject({ status: 'working', ttl: null, pollInterval: 20 })
  expect(await client.request('tasks/get', { taskId: task.taskId })).toMatchObject({ status: 'working' })
  const result = client.request('tasks/result', { taskId: task.taskId })
  served.runs.complete(task.taskId, { total: 5 })
  expect(await result).toEqual({
    content: [{ type: 'text', text: '{"total":5}' }],
    structuredContent: { total: 5 },
    _meta: { 'io.modelcontextprotocol/related-task': { taskId: task.taskId } },
  })
  expect(await client.request('tasks/get', { taskId: task.taskId })).toMatchObject({ status: 'completed' })
})

test('the task id is the run id', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order', { id: 'a' })
  expect([...served.runs.runs.keys()]).toEqual([taskId])
})

test('a tool that requires a task refuses a call without one, and says what to do', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  await expect(client.request('tools/call', { name: 'order', arguments: { id: 'a' } })).rejects.toMatchObject(
    {
      code: -32601,
      message: expect.stringContaining('"task": {}'),
    },
  )
  expect(served.runs.runs.size).toBe(0)
})

test('arguments that do not fit are invalid params, with the paths of the problems', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  await expect(client.start('order', { id: 5 })).rejects.toMatchObject({
    code: -32602,
    data: { type: 'workflow.invalidInput', problems: [{ path: '/id', message: 'must be string' }] },
  })
})

test('an unknown tool and an unknown task are invalid params', async () => {
  await using served = await serve([order, definition('hidden', { tool: { expose: false } })])
  await using client = await connectLegacy(served.url)
  await expect(client.start('hidden')).rejects.toMatchObject({ code: -32602 })
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
    await expect(client.request(method, { taskId: 'none' })).rejects.toMatchObject({ code: -32602 })
})

test('a failed run says what, at which step and where, in the status message and in the result', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order', { id: 'a' })
  served.runs.change(taskId, {
    status: 'failed',
    error: {
      type: 'payment.declined',
      message: 'Card declined, see /home/ann/cards.csv\n    at charge (/home/ann/pay.ts:3:1)',
      retryable: false,
      step: 'charge',
      source: { file: 'order.yaml', line: 14, column: 11 },
    },
  })
  const line = 'payment.declined: Card declined, see cards.csv (step "charge", order.yaml:14:11)'
  expect(await client.request('tasks/get', { taskId })).toMatchObject({
    status: 'failed',
    statusMessage: line,
  })
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    isError: true,
    content: [{ type: 'text', text: line }],
    _meta: { 'longhaul/failure': { type: 'payment.declined', step: 'charge', source: { line: 14 } } },
  })
})

test('a cancelled task is cancelled before the answer and stays so while the run cleans up', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order', { id: 'a' })
  const result = client.request('tasks/result', { taskId })
  expect(await client.request('tasks/cancel', { taskId })).toMatchObject({ taskId, status: 'cancelled' })
  expect(served.runs.runs.get(taskId)).toMatchObject({ status: 'running' })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
  expect(await result).toMatchObject({ isError: true })
  await expect(client.request('tasks/cancel', { taskId })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('already in terminal status "cancelled"'),
  })
})

test('a run that ends before it notices the cancel is not cancelled', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order', { id: 'a' })
  served.runs.onCancel = () => served.runs.complete(taskId, { total: 1 })
  await expect(client.request('tasks/cancel', { taskId })).rejects.toMatchObject({ code: -32602 })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'completed' })
})

test('the same idempotency key starts one run', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const key = { 'longhaul/idempotencyKey': 'k1' }
  const first = await client.start('order', { id: 'a' }, key)
  const again = await client.start('order', { id: 'a' }, key)
  const other = await client.start('order', { id: 'a' }, { 'longhaul/idempotencyKey': 'k2' })
  expect(again.taskId).toBe(first.taskId)
  expect(other.taskId).not.toBe(first.taskId)
})

test('tasks are listed in pages', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  for (let count = 0; count < 51; count++) await served.runs.start(order, { id: String(count) })
  const first = await client.request('tasks/list')
  const second = await client.request('tasks/list', { cursor: first['nextCursor'] })
  expect([first['tasks'].length, second['tasks'].length, second['nextCursor']]).toEqual([50, 1, undefined])
  await expect(client.request('tasks/list', { cursor: 'nonsense' })).rejects.toMatchObject({ code: -32602 })
})

test('a task is reached from another session', async () => {
  await using served = await serve([order])
  const first = await connectLegacy(served.url)
  const { taskId } = await first.start('order', { id: 'a' })
  await first.client.close()
  await using second = await connectLegacy(served.url)
  served.runs.complete(taskId, { total: 2 })
  expect(await second.request('tasks/result', { taskId })).toMatchObject({ structuredContent: { total: 2 } })
})

test('a result too long for a message is a link to a resource', async () => {
  await using served = await serve([definition('big')], { inlineLimit: 100 })
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('big')
  served.runs.complete(taskId, 'x'.repeat(101))
  const result = await client.request('tasks/result', { taskId })
  expect(result['structuredContent']).toBeUndefined()
  expect(result['content']).toMatchObject([
    { type: 'resource_link', uri: `workflow://runs/${taskId}/output` },
  ])
})

test('an internal error is not told to the caller', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  served.runs.get = () => Promise.reject(new Error('SQLITE_CORRUPT in /var/lib/longhaul/hub.db'))
  await expect(client.request('tasks/get', { taskId: 'x' })).rejects.toMatchObject({
    code: -32603,
    message: expect.stringMatching(/Internal error$/),
  })
  expect(served.errors).toHaveLength(1)
})

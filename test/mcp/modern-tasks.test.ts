import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client'
import { expect, test } from 'vitest'
import type { Answer } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { connectModern, listen, raw, tasks } from './support/modern-client.ts'
import { serve } from './support/served.ts'

const order = definition('order', {
  input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  output: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
})

test('the server offers the tasks extension, and no tasks of the other era', async () => {
  await using served = await serve([order])
  const { result } = await raw(served.url, 'server/discover')
  expect(result?.['capabilities']).toMatchObject({ extensions: { 'io.modelcontextprotocol/tasks': {} } })
  expect(result?.['capabilities']['tasks']).toBeUndefined()
})

test('a call answers with a task, flat, and tasks/get with its result', async () => {
  await using served = await serve([order])
  const created = await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })
  expect(created.result).toMatchObject({
    resultType: 'task',
    status: 'working',
    ttlMs: null,
    pollIntervalMs: 20,
  })
  expect(created.result).not.toHaveProperty('content')
  const { taskId } = created.result ?? {}
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
    resultType: 'complete',
    status: 'working',
  })
  served.runs.complete(taskId, { total: 5 })
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
    status: 'completed',
    result: {
      resultType: 'complete',
      structuredContent: { total: 5 },
      content: [{ type: 'text', text: '{"total":5}' }],
    },
  })
})

test.for([
  ['tools/call', { name: 'order', arguments: { id: 'a' } }],
  ['tasks/get', { taskId: 'any' }],
  ['tasks/update', { taskId: 'any', inputResponses: {} }],
  ['tasks/cancel', { taskId: 'any' }],
  ['subscriptions/listen', { notifications: { taskIds: ['any'] } }],
] as const)(
  '%s without the declared extension is refused and says what to declare',
  async ([method, params]) => {
    await using served = await serve([order])
    expect(await raw(served.url, method, params, { capabilities: {} })).toMatchObject({
      status: 400,
      error: {
        code: -32021,
        data: { requiredCapabilities: tasks },
        message: expect.stringContaining('declare the extension'),
      },
    })
    expect(served.runs.runs.size).toBe(0)
  },
)

test.for(['tasks/result', 'tasks/list', 'no/such'])('%s is not a method of this era', async (method) => {
  await using served = await serve([order])
  expect(await raw(served.url, method, { taskId: 'any' })).toMatchObject({
    status: 404,
    error: { code: -32601 },
  })
})

test.for(['tasks/get', 'tasks/update', 'tasks/cancel'])(
  '%s of an unknown task is invalid params',
  async (method) => {
    await using served = await serve([order])
    expect((await raw(served.url, method, { taskId: 'none', inputResponses: {} })).error).toMatchObject({
      code: -32602,
    })
  },
)

test('a header that contradicts the body is refused', async () => {
  await using served = await serve([order])
  expect(await raw(served.url, 'tasks/get', { taskId: 'a' }, { headers: { 'mcp-name': 'b' } })).toMatchObject(
    { status: 400, error: { code: -32020 } },
  )
})

test('arguments that do not fit are invalid params, with the paths of the problems', async () => {
  await using served = await serve([order])
  expect((await raw(served.url, 'tools/call', { name: 'order', arguments: {} })).error).toMatchObject({
    code: -32602,
    data: { type: 'workflow.invalidInput', problems: [{ path: '' }] },
  })
})

test('a run that came to a bad end is a completed call whose result is an error', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  const source = { file: 'order.yaml', line: 14, column: 11 }
  served.runs.change(taskId, {
    status: 'failed',
    error: { type: 'payment.declined', message: 'No', retryable: false, step: 'charge', source },
  })
  const line = 'payment.declined: No (step "charge", order.yaml:14:11)'
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
    status: 'completed',
    statusMessage: line,
    result: { isError: true, content: [{ text: line }], _meta: { 'longhaul/failure': { source } } },
  })
})

test('a run whose definition is broken has failed, with a JSON-RPC error', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  served.runs.change(taskId, {
    status: 'failed',
    error: { type: 'expression.undefined', message: 'No value', retryable: false },
  })
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
    status: 'failed',
    statusMessage: 'expression.undefined: No value',
    error: {
      code: -32603,
      message: 'expression.undefined: No value',
      data: { type: 'expression.undefined' },
    },
  })
})

test('a cancel is acknowledged, for a task that has ended too', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  expect((await raw(served.url, 'tasks/cancel', { taskId })).result).toMatchObject({ resultType: 'complete' })
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({ status: 'cancelled' })
  expect((await raw(served.url, 'tasks/cancel', { taskId })).result).toMatchObject({ resultType: 'complete' })
})

test('questions are told by tasks/get and answered by tasks/update, one at a time', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  served.runs.ask(taskId, { key: 'a', prompt: 'A?' }, { key: 'b', prompt: 'B?' })
  expect((await raw(served.url, 'tasks/get', { taskId })).result).toMatchObject({
    status: 'input_required',
    statusMessage: 'A?; B?',
    inputRequests: { a: { method: 'elicitation/create', params: { mode: 'form', message: 'A?' } }, b: {} },
  })
  await raw(served.url, 'tasks/update', { taskId, inputResponses: { b: answer('2'), unknown: answer('3') } })
  expect(Object.keys((await raw(served.url, 'tasks/get', { taskId })).result?.['inputRequests'])).toEqual([
    'a',
  ])
  await raw(served.url, 'tasks/update', { taskId, inputResponses: { a: answer('1'), b: answer('4') } })
  expect(served.runs.answers).toMatchObject([
    { question: 'b', data: '2' },
    { question: 'a', data: '1' },
  ])
})

test('a wrong answer is put again under a new key, with the reason', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  served.runs.ask(taskId, { key: 'age', prompt: 'Age?', schema: { type: 'integer', minimum: 0 } })
  const wrong = { age: { action: 'accept', content: { answer: -1 } } }
  await raw(served.url, 'tasks/update', { taskId, inputResponses: wrong })
  const { inputRequests } = (await raw(served.url, 'tasks/get', { taskId })).result ?? {}
  expect(inputRequests).toMatchObject({
    'age~1': { params: { message: 'That does not answer "age"\n\nAge?' } },
  })
  const right = { 'age~1': { action: 'accept', content: { answer: 1 } } }
  await raw(served.url, 'tasks/update', { taskId, inputResponses: right })
  expect(served.runs.answers).toMatchObject([{ question: 'age', data: 1 }])
})

test('a form put away leaves the question open, under a new key once its reminder is due', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  served.runs.ask(taskId, { key: 'q' })
  await raw(served.url, 'tasks/update', { taskId, inputResponses: { q: { action: 'cancel' } } })
  const keys = async (): Promise<string[]> =>
    Object.keys((await raw(served.url, 'tasks/get', { taskId })).result?.['inputRequests'])
  expect(await keys()).toEqual(['q'])
  served.runs.ask(taskId, { key: 'q', reminders: 1 })
  expect(await keys()).toEqual(['q~1'])
})

test('a listener is told how its tasks stand and what changes, and of nobody else’s', async () => {
  await using served = await serve([order])
  const { taskId } =
    (await raw(served.url, 'tools/call', { name: 'order', arguments: { id: 'a' } })).result ?? {}
  const messages = listen(served.url, { taskIds: [taskId, 'none'] })
  const next = async (): Promise<Answer> => (await messages.next()).value
  expect(await next()).toMatchObject({
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications: { taskIds: [taskId] } },
  })
  expect(await next()).toMatchObject({ method: 'notifications/tasks', params: { taskId, status: 'working' } })
  served.runs.complete(taskId, { total: 1 })
  expect(await next()).toMatchObject({
    params: { taskId, status: 'completed', result: { structuredContent: { total: 1 } } },
  })
  await messages.return(undefined)
})

test('a listener is told of a hot reload, and that the server ends', async () => {
  const served = await serve([order])
  const messages = listen(served.url, { taskIds: [], toolsListChanged: true })
  await messages.next()
  served.redefine([])
  expect((await messages.next()).value).toMatchObject({ method: 'notifications/tools/list_changed' })
  await served.server.close()
  expect((await messages.next()).value).toMatchObject({ result: { resultType: 'complete' } })
  expect((await messages.next()).done).toBe(true)
})

test('a client of ext-tasks runs a tool to its end, answering what it is asked', async () => {
  await using served = await serve([order])
  await using client = await connectModern(served.url, { action: 'accept', content: { answer: 'yes' } })
  const execution = await client.session.callTool('order', { id: 'a' })
  const [taskId = ''] = served.runs.runs.keys()
  served.runs.ask(taskId, { key: 'sure' })
  const settled = execution.settle()
  const take = served.runs.answer.bind(served.runs)
  served.runs.answer = async (...given) => {
    await take(...given)
    served.runs.complete(taskId, { total: 7 })
  }
  expect(resultFromTaskOutcome((await settled).outcome)).toMatchObject({ structuredContent: { total: 7 } })
})

test.for([
  [['legacy'], 400, 200],
  [['modern'], 200, 400],
] as const)(
  'with %j, discover is answered with %i and initialize with %i',
  async ([eras, discover, init]) => {
    await using served = await serve([order], { eras })
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    }
    const response = await fetch(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
    })
    expect([(await raw(served.url, 'server/discover')).status, response.status]).toEqual([discover, init])
  },
)

/** An accepted form with one field. */
function answer(text: string): object {
  return { action: 'accept', content: { answer: text } }
}

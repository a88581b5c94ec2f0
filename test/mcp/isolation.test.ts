import { expect, test } from 'vitest'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { listen, raw } from './support/modern-client.ts'
import { serve } from './support/served.ts'

const tokens = [
  { principal: 'ann', token: 'ann-0123456789abcdef' },
  { principal: 'bob', token: 'bob-0123456789abcdef' },
]
const ann = { authorization: 'Bearer ann-0123456789abcdef' }
const bob = { authorization: 'Bearer bob-0123456789abcdef' }

test('a legacy client sees nothing of the runs of another principal', async () => {
  await using served = await serve([definition('order')], { tokens, companions: true })
  await using mine = await connectLegacy(served.url, undefined, ann)
  await using other = await connectLegacy(served.url, () => ({ action: 'accept', content: {} }), bob)
  const { taskId } = await mine.start('order')
  served.runs.ask(taskId, { key: 'q' })
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
    await expect(other.request(method, { taskId })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Task not found'),
    })
  await expect(other.request('resources/read', { uri: `workflow://runs/${taskId}` })).rejects.toMatchObject({
    code: -32002,
  })
  await expect(
    other.request('resources/subscribe', { uri: `workflow://runs/${taskId}` }),
  ).rejects.toMatchObject({
    code: -32002,
  })
  await expect(
    other.client.getPrompt({ name: 'diagnose_run', arguments: { run: taskId } }),
  ).rejects.toMatchObject({
    code: -32602,
  })
  const answered = await other.request('tools/call', {
    name: 'workflow_answer',
    arguments: { run: taskId, question: 'q', answer: 1 },
  })
  expect(answered).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('Task not found') }],
  })
  expect((await other.request('tasks/list'))['tasks']).toEqual([])
  expect((await mine.request('tasks/list'))['tasks']).toMatchObject([{ taskId }])
  expect([other.told, other.asked, served.runs.answers]).toEqual([[], [], []])
})

test('a client of the newer era sees nothing of the runs of another principal', async () => {
  await using served = await serve([definition('order')], { tokens })
  const created = await raw(served.url, 'tools/call', { name: 'order', arguments: {} }, { headers: ann })
  const { taskId } = created.result ?? {}
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
    expect(
      (await raw(served.url, method, { taskId, inputResponses: {} }, { headers: bob })).error,
    ).toMatchObject({
      code: -32602,
    })
  const uri = `workflow://runs/${taskId}`
  expect((await raw(served.url, 'resources/read', { uri }, { headers: bob })).error).toMatchObject({
    code: -32602,
  })
  const messages = listen(served.url, { taskIds: [taskId], resourceSubscriptions: [uri] }, bob)
  expect((await messages.next()).value.params.notifications).toEqual({})
  expect((await raw(served.url, 'tasks/get', { taskId }, { headers: ann })).result).toMatchObject({ taskId })
  await messages.return(undefined)
})

test('the session of one principal is not found by another', async () => {
  await using served = await serve([definition('order')], { tokens })
  await using mine = await connectLegacy(served.url, undefined, ann)
  const { sessionId } = mine.client.transport ?? {}
  const response = await fetch(served.url, {
    method: 'POST',
    headers: {
      ...bob,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': sessionId ?? '',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tasks/list' }),
  })
  expect(response.status).toBe(404)
})

test('the same idempotency key of another principal starts another run', async () => {
  await using served = await serve([definition('order')], { tokens })
  const start = async (headers: Record<string, string>): Promise<unknown> => {
    const params = { name: 'order', arguments: {}, _meta: { 'longhaul/idempotencyKey': 'k' } }
    return (await raw(served.url, 'tools/call', params, { headers })).result?.['taskId']
  }
  const first = await start(ann)
  expect([await start(ann), await start(bob)]).toEqual([first, expect.not.stringMatching(String(first))])
})

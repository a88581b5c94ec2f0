import { expect, test } from 'vitest'
import { connectLegacy } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { serve } from './support/served.ts'

const approval = {
  type: 'object',
  properties: { approved: { type: 'boolean' }, note: { type: 'string' } },
  required: ['approved'],
} as const

test('a client is told of every state of its task, also of what another process did', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order')
  served.runs.change(taskId, { report: { message: 'Charging' } })
  await client.until(() => client.told.find(({ statusMessage }) => statusMessage === 'Charging'))
  served.runs.complete(taskId, null)
  const last = await client.until(() => client.told.find(({ status }) => status === 'completed'))
  expect(last).toMatchObject({ taskId, ttl: null })
})

test('many changes at once become few notifications, and the last one always arrives', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  const { taskId } = await client.start('order')
  for (let count = 0; count < 100; count++) {
    served.runs.change(taskId, { report: { message: `${count} of 100` } })
    await new Promise(setImmediate)
  }
  served.runs.complete(taskId, null)
  await client.until(() => client.told.find(({ status }) => status === 'completed'))
  expect(client.told.length).toBeLessThanOrEqual(3)
})

test('progress notifications follow the token of the call, for as long as the task lives', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url)
  const progress: { progress: number; message?: string | undefined }[] = []
  const { CreateTaskResultSchema } = await import('@modelcontextprotocol/sdk/types.js')
  const created = await client.client.request(
    { method: 'tools/call', params: { name: 'order', arguments: {}, task: {} } },
    CreateTaskResultSchema,
    { onprogress: ({ progress: count, message }) => progress.push({ progress: count, message }) },
  )
  served.runs.change(created.task.taskId, { report: { message: 'Half way' } })
  await client.until(() => client.told.find(({ statusMessage }) => statusMessage === 'Half way'))
  served.runs.complete(created.task.taskId, null)
  await client.until(() => client.told.find(({ status }) => status === 'completed'))
  await client.client.ping()
  expect(progress).toEqual([
    { progress: 1, message: 'Half way' },
    { progress: 2, message: 'Half way' },
  ])
})

test('a question goes out over the open stream, and its answer to the run', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, () => ({
    action: 'accept',
    content: { approved: true },
  }))
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'approval#1', prompt: 'Approve?', schema: approval })
  await served.runs.answered(1)
  expect(served.runs.answers).toEqual([{ id: taskId, question: 'approval#1', data: { approved: true } }])
  expect(client.asked[0]).toMatchObject({
    message: 'Approve?',
    schema: { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] },
  })
})

test('a blocked tasks/result carries the question when there is no other stream', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, () => ({
    action: 'accept',
    content: { answer: 'blue' },
  }))
  await using other = await connectLegacy(served.url)
  const { taskId } = await other.start('order')
  served.runs.ask(taskId, { key: 'colour' })
  const result = client.request('tasks/result', { taskId })
  await served.runs.answered(1)
  served.runs.complete(taskId, 'done')
  expect(await result).toMatchObject({ structuredContent: { result: 'done' } })
  expect(served.runs.answers).toMatchObject([{ question: 'colour', data: 'blue' }])
})

test('a wrong answer is refused with the reason, and the question is put again', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, (_message, count) => ({
    action: 'accept',
    content: count === 1 ? { note: 'well' } : { approved: true },
  }))
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'approval', prompt: 'Approve?', schema: approval })
  await served.runs.answered(1)
  expect(client.asked.map(({ message }) => message)).toEqual([
    'Approve?',
    'That does not answer "approval"\n\nApprove?',
  ])
})

test('declining a form tells the run that nobody will answer', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, () => ({ action: 'decline' }))
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'approval', schema: approval })
  await served.runs.answered(1)
  expect(served.runs.answers).toMatchObject([{ question: 'approval', declined: true }])
})

test('a form put away leaves the question open until its next reminder', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, (_message, count) =>
    count === 1 ? { action: 'cancel' } : { action: 'accept', content: { answer: 'x' } },
  )
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'address' })
  await client.until(() => client.told.find(({ status }) => status === 'input_required'))
  await client.client.ping()
  expect([client.asked.length, served.runs.answers.length]).toEqual([1, 0])
  served.runs.ask(taskId, { key: 'address', reminders: 1 })
  await served.runs.answered(1)
  expect(client.asked).toHaveLength(2)
})

test('two questions of parallel branches are both put, and answered one by one', async () => {
  await using served = await serve([definition('order')])
  await using client = await connectLegacy(served.url, (message) => ({
    action: 'accept',
    content: { answer: message },
  }))
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'a' }, { key: 'b' })
  await served.runs.answered(2)
  expect(served.runs.runs.get(taskId)).toMatchObject({ status: 'running' })
})

test('a question answered elsewhere is taken back from the client', async () => {
  await using served = await serve([definition('order')])
  const open = Promise.withResolvers<never>()
  await using client = await connectLegacy(served.url, () => open.promise)
  const cancelled = new Promise((resolve) => {
    client.client.fallbackNotificationHandler = async (notification) => resolve(notification)
    client.client.removeNotificationHandler('notifications/cancelled')
  })
  const { taskId } = await client.start('order')
  served.runs.ask(taskId, { key: 'address' })
  await client.until(() => client.asked[0])
  await served.runs.answer(taskId, 'address', 'here')
  expect(await cancelled).toMatchObject({ method: 'notifications/cancelled' })
})

test('nobody watches a run any more once its client has gone', async () => {
  await using served = await serve([definition('order')])
  const client = await connectLegacy(served.url)
  const { taskId } = await client.start('order')
  served.runs.change(taskId, { report: { message: 'under way' } })
  await client.until(() => client.told[0])
  expect(served.runs.watching).toBe(1)
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js')
  const { transport } = client.client
  if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession()
  await client.client.close()
  expect(served.runs.watching).toBe(0)
})

test('a hot reload is announced, and the list is the new one', async () => {
  await using served = await serve([definition('b'), definition('a')])
  await using client = await connectLegacy(served.url)
  expect((await client.client.listTools()).tools.map(({ name }) => name)).toEqual(['a', 'b'])
  served.redefine([definition('c')])
  await client.until(() => (client.listChanges() > 0 ? true : undefined))
  expect((await client.client.listTools()).tools.map(({ name }) => name)).toEqual(['c'])
})

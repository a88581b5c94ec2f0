import { expect, test } from 'vitest'
import { definition } from './support/definitions.ts'
import type { Answer } from './support/legacy-client.ts'
import { beginSession } from './support/raw-session.ts'
import { serve } from './support/served.ts'

const order = definition('order')

test('a question that came up while no stream was open is put when one opens', async () => {
  await using served = await serve([order])
  const session = await beginSession(served.url)
  const { taskId } = (await session.ask('tools/call', { name: 'order', task: {} }))['result'].task
  served.runs.ask(taskId, { key: 'q', prompt: 'Well?' })
  const stream = session.listen()
  const asked = await nextRequest(stream)
  expect(asked).toMatchObject({
    method: 'elicitation/create',
    params: { message: 'Well?', _meta: { 'io.modelcontextprotocol/related-task': { taskId } } },
  })
  await session.reply(asked['id'], { action: 'accept', content: { answer: 'x' } })
  await served.runs.answered(1)
  await stream.return(undefined)
})

test('a question is put again over the next stream when its own closed; an answer to the first still counts', async () => {
  await using served = await serve([order])
  const session = await beginSession(served.url)
  const { taskId } = (await session.ask('tools/call', { name: 'order', task: {} }))['result'].task
  served.runs.ask(taskId, { key: 'q' })
  const first = session.listen()
  const asked = await nextRequest(first)
  await first.return(undefined)
  const second = session.listen()
  const again = await nextRequest(second)
  expect(again['id']).not.toBe(asked['id'])
  await session.reply(asked['id'], { action: 'accept', content: { answer: 'late' } })
  await served.runs.answered(1)
  expect(served.runs.answers).toMatchObject([{ data: 'late' }])
  for (;;) {
    const { value } = await second.next()
    if (value.method === 'notifications/cancelled') break
  }
  await second.return(undefined)
})

test('tasks/result carries the question where there is no GET stream, and blocks until the end', async () => {
  await using served = await serve([order])
  const session = await beginSession(served.url)
  const { taskId } = (await session.ask('tools/call', { name: 'order', task: {} }))['result'].task
  served.runs.ask(taskId, { key: 'q' })
  const answer = session.post('tasks/result', { taskId })
  const asked = await nextRequest(answer)
  await session.reply(asked['id'], { action: 'accept', content: { answer: 'x' } })
  await served.runs.answered(1)
  served.runs.complete(taskId, { ok: true })
  const rest: Answer[] = []
  for await (const message of answer) rest.push(message)
  expect(rest.at(-1)?.['result']).toMatchObject({ structuredContent: { ok: true } })
})

test('a client that left while it waited gets the question over another stream', async () => {
  await using served = await serve([order])
  const session = await beginSession(served.url)
  const { taskId } = (await session.ask('tools/call', { name: 'order', task: {} }))['result'].task
  served.runs.ask(taskId, { key: 'q' })
  const waiting = session.post('tasks/result', { taskId })
  await nextRequest(waiting)
  await waiting.return(undefined)
  const stream = session.listen()
  expect(await nextRequest(stream)).toMatchObject({ method: 'elicitation/create' })
  await stream.return(undefined)
})

test('tasks/get answers without a word of the task that its own params say', async () => {
  await using served = await serve([order])
  const session = await beginSession(served.url)
  const { taskId } = (await session.ask('tools/call', { name: 'order', task: {} }))['result'].task
  const meta = { 'io.modelcontextprotocol/related-task': { taskId: 'another' } }
  const { result } = await session.ask('tasks/get', { taskId, _meta: meta })
  expect(result).toMatchObject({ taskId })
  expect(result).not.toHaveProperty('_meta')
})

test('a task begins as working, however quick its run was', async () => {
  await using served = await serve([order])
  const start = served.runs.start.bind(served.runs)
  served.runs.start = async (...given) => {
    const { id } = await start(...given)
    served.runs.complete(id, null)
    return (await served.runs.get(id)) ?? start(...given)
  }
  const session = await beginSession(served.url)
  const { task } = (await session.ask('tools/call', { name: 'order', task: {} }))['result']
  expect(task.status).toBe('working')
  expect((await session.ask('tasks/get', { taskId: task.taskId }))['result'].status).toBe('completed')
})

/** The next message that wants an answer. */
async function nextRequest(messages: AsyncGenerator<Answer>): Promise<Answer> {
  for (;;) {
    const { value = {}, done } = await messages.next()
    if (done) throw new Error('The stream ended')
    if (value['method'] !== undefined && value['id'] !== undefined) return value
  }
}

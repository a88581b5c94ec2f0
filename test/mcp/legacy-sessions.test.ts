import { expect, onTestFinished, test } from 'vitest'
import { newSessionId } from '../../engine/mcp/legacy/session-id.ts'
import { LegacySessions } from '../../engine/mcp/legacy/sessions.ts'
import { settingsOf } from '../../engine/mcp/settings.ts'
import type { McpHost } from '../../engine/mcp/source.ts'
import { TaskCore } from '../../engine/mcp/task-core.ts'
import { definition } from './support/definitions.ts'
import type { Answer } from './support/legacy-client.ts'
import { beginSession, sessionAt, type RawSession } from './support/raw-session.ts'
import { scriptedHost, serve, type Served } from './support/served.ts'

const order = definition('order')

/** A session at one of two servers on the same hub, and the same session at the other. */
async function atBoth(): Promise<{ served: Served; here: RawSession; there: RawSession }> {
  const served = await serve([order])
  onTestFinished(() => served[Symbol.asyncDispose]())
  const here = await beginSession(served.url)
  return { served, here, there: here.at(await served.again()) }
}

async function begin(session: RawSession, meta: object = {}): Promise<string> {
  return (await session.ask('tools/call', { name: 'order', task: {}, _meta: meta }))['result'].task.taskId
}

test('a session that began at one server goes on at another, as if it had begun there', async () => {
  const { here, there } = await atBoth()
  const taskId = await begin(here)
  const both = await Promise.all([there.ask('tasks/get', { taskId }), there.ask('tools/list')])
  expect(both).toMatchObject([
    { result: { taskId, status: 'working' } },
    { result: { tools: [{ name: 'order' }] } },
  ])
  expect((await there.ask('tasks/cancel', { taskId }))['result']).toMatchObject({ status: 'cancelled' })
  expect((await here.ask('tasks/get', { taskId }))['result']).toMatchObject({ status: 'cancelled' })
})

test('a stream at one server tells of what the session begins at the other, with its progress, and asks', async () => {
  const { served, here, there } = await atBoth()
  const stream = there.listen()
  const first = stream.next()
  const taskId = await begin(here, { progressToken: 'p' })
  served.runs.change(taskId, { report: { message: 'Packing' } })
  expect((await first).value).toMatchObject({
    method: 'notifications/tasks/status',
    params: { taskId, status: 'working', statusMessage: 'Packing' },
  })
  expect((await stream.next()).value).toMatchObject({
    method: 'notifications/progress',
    params: { progressToken: 'p', message: 'Packing' },
  })
  served.runs.ask(taskId, { key: 'q', prompt: 'Well?' })
  const asked = await next(stream, isRequest)
  expect(asked['params'].message).toBe('Well?')
  served.runs.complete(taskId, null)
  await next(stream, ({ params }) => params.status === 'completed')
  await stream.return(undefined)
})

test('a stream that opens tells of what the session began before, and how it ended', async () => {
  const { served, here, there } = await atBoth()
  const [ended, asking] = [await begin(here), await begin(here)]
  served.runs.complete(ended, null)
  served.runs.ask(asking, { key: 'q' })
  const stream = there.listen()
  const heard = [await next(stream), await next(stream), await next(stream)]
  expect(heard.filter(isRequest)).toHaveLength(1)
  expect(heard).toContainEqual(
    expect.objectContaining({ params: expect.objectContaining({ taskId: ended, status: 'completed' }) }),
  )
  await stream.return(undefined)
})

test('an answer that comes to another server than the one that asked counts', async () => {
  const { served, here, there } = await atBoth()
  const stream = here.listen()
  const taskId = await begin(here)
  served.runs.ask(taskId, { key: 'a b:c' })
  const asked = await next(stream, isRequest)
  await there.reply(asked['id'], { action: 'accept', content: { answer: 'yes' } })
  await served.runs.answered(1)
  expect(served.runs.answers).toMatchObject([{ id: taskId, question: 'a b:c', data: 'yes' }])
  await stream.return(undefined)
})

test('an answer that another server refuses is put again by the one that asked, with the reason', async () => {
  const { served, here, there } = await atBoth()
  const stream = here.listen()
  const taskId = await begin(here)
  served.runs.ask(taskId, { key: 'q', prompt: 'How many?', schema: { type: 'integer', minimum: 1 } })
  const asked = await next(stream, isRequest)
  await there.reply(asked['id'], { action: 'accept', content: { answer: 0 } })
  const withdrawn = await next(stream, ({ method }) => method === 'notifications/cancelled')
  expect(withdrawn['params'].requestId).toBe(asked['id'])
  const again = await next(stream, isRequest)
  expect(again['params'].message).toMatch(/does not answer[^]*How many\?/)
  await there.reply(again['id'], { action: 'accept', content: { answer: 2 } })
  await served.runs.answered(1)
  expect(served.errors).toEqual([])
  await stream.return(undefined)
})

test('requests of one session that come at once open it once', async () => {
  const { host } = scriptedHost([order])
  let opened = 0
  const counting: McpHost = {
    ...host,
    onDefinitionsChanged: (listener) => {
      opened += 1
      return host.onDefinitionsChanged(listener)
    },
  }
  const sessions = new LegacySessions(new TaskCore(counting), settingsOf({}))
  const id = newSessionId({ canBeAsked: true, begunAt: new Date() })
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': id,
  }
  const list = async (n: number): Promise<string> => {
    const request = new Request('http://localhost/mcp', { method: 'POST', headers })
    const body = { jsonrpc: '2.0', id: n, method: 'tools/list' }
    return await (await sessions.handle({ request, body }, {})).text()
  }
  const answers = await Promise.all([1, 2, 3].map(list))
  expect(answers).toEqual(Array(3).fill(expect.stringContaining('"name":"order"')))
  expect(opened).toBe(1)
  await sessions.close()
})

test('a session that its client has ended stays so, and an id that no server gave is none', async () => {
  const { served, here } = await atBoth()
  await here.end()
  const made = sessionAt(served.url, { ...here.headers, 'mcp-session-id': 'made-up' })
  const gone = { error: { code: -32001, message: 'Session not found' } }
  expect(await Promise.all([here.ask('tools/list'), made.ask('tools/list')])).toMatchObject([gone, gone])
})

test('another principal who knows the id of a session sees nothing through it', async () => {
  await using served = await serve([order], {
    tokens: [
      { principal: 'ann', token: 'ann-0123456789abcdef' },
      { principal: 'bob', token: 'bob-0123456789abcdef' },
    ],
  })
  const here = await beginSession(served.url, { authorization: 'Bearer ann-0123456789abcdef' })
  const stream = here.listen()
  const taskId = await begin(here)
  const asBob = { ...here.headers, authorization: 'Bearer bob-0123456789abcdef' }
  expect(await sessionAt(served.url, asBob).ask('tools/list')).toMatchObject({ error: { code: -32001 } })
  const there = sessionAt(await served.again(), asBob)
  expect(await there.ask('tasks/get', { taskId })).toMatchObject({ error: { code: -32602 } })
  served.runs.ask(taskId, { key: 'q' })
  const asked = await next(stream, isRequest)
  await there.reply(asked['id'], { action: 'accept', content: { answer: 'bob' } })
  await here.reply(asked['id'], { action: 'accept', content: { answer: 'ann' } })
  await served.runs.answered(1)
  expect(served.runs.answers).toMatchObject([{ data: 'ann' }])
  const [bobs, anns] = [await begin(there), await begin(here.at(await served.again()))]
  for (const id of [bobs, anns]) served.runs.complete(id, null)
  const told: string[] = []
  await next(stream, ({ params }) => told.push(params?.taskId) > 0 && params?.taskId === anns)
  expect(told).not.toContain(bobs)
  await stream.return(undefined)
})

function isRequest({ method, id }: Answer): boolean {
  return method !== undefined && id !== undefined
}

/** The next message that is as wanted. */
async function next(
  messages: AsyncGenerator<Answer>,
  wanted = (_: Answer): boolean => true,
): Promise<Answer> {
  for (;;) {
    const { value = {}, done } = await messages.next()
    if (done) throw new Error('The stream ended')
    if (wanted(value)) return value
  }
}

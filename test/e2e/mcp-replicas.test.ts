import { expect, onTestFinished, test } from 'vitest'
import { connectLegacy } from '../mcp/support/legacy-client.ts'
import { openProxy } from '../mcp/support/proxy.ts'
import { project } from '../support/project.ts'
import type { Running } from '../support/process.ts'
import { accept, ask, begin, hear, once } from './modern-task.ts'

/** A hub, a worker and two MCP servers, each a process, with a proxy before the servers that sends to each by turns. */
async function replicas(): Promise<{
  readonly url: string
  readonly first: Running
  readonly restartFirst: () => Promise<void>
}> {
  const home = project()
  home.define(
    'asking',
    'steps: [{ id: name, ask: { prompt: Who?, timeout: 1h } }]\nresult: "${ $steps.name }"\n',
  )
  const hub = home.run('hub', '--listen', '127.0.0.1:0')
  const [, connection = ''] = await hub.says(/--hub "([^"]+)"/)
  const serve = async (port: string): Promise<{ server: Running; url: string }> => {
    const server = home.run('serve', '--port', port, '--no-worker', '--hub', connection)
    const [url] = await server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
    return { server, url }
  }
  const works = home.run('worker', '--hub', connection).says(/Works for/)
  const [one, other] = await Promise.all([serve('0'), serve('0'), works])
  const proxy = await openProxy([one.url, other.url])
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return {
    url: proxy.url,
    first: one.server,
    restartFirst: async () => void (await serve(new URL(one.url).port)),
  }
}

test('what one server began, both poll, answer, cancel and listen to, in the newer era', async () => {
  const { url } = await replicas()
  const taskId = await begin(url, 'asking', 'k')
  expect(await begin(url, 'asking', 'k')).toBe(taskId)
  const question = await once(url, taskId, 'input_required')
  const both = await Promise.all([1, 2].map(() => ask(url, 'tasks/get', { taskId })))
  expect(both.map(({ inputRequests }) => inputRequests)).toEqual([
    question['inputRequests'],
    question['inputRequests'],
  ])
  const listeners = [1, 2].map(() => hear(url, taskId, ({ status }) => status === 'completed'))
  await accept(url, question, 'Ann')
  for (const heard of await Promise.all(listeners))
    expect(heard.at(-1)).toMatchObject({ result: { structuredContent: { result: 'Ann' } } })

  const doomed = await begin(url, 'asking')
  const told = [1, 2].map(() => once(url, doomed, 'cancelled'))
  await ask(url, 'tasks/cancel', { taskId: doomed })
  await Promise.all(told)
})

test('sessions of the older era stay where they began, and see each other’s tasks', async () => {
  const { url } = await replicas()
  await using one = await connectLegacy(url)
  await using other = await connectLegacy(url, () => ({ action: 'accept', content: { answer: 'Bob' } }))
  const { taskId } = await one.start('asking')
  const result = one.request('tasks/result', { taskId })
  expect(await other.request('tasks/get', { taskId })).toMatchObject({ taskId })
  expect(await result).toMatchObject({ structuredContent: { result: 'Bob' } })

  const doomed = await one.start('asking')
  expect(await other.request('tasks/cancel', { taskId: doomed.taskId })).toMatchObject({
    status: 'cancelled',
  })
  expect(await one.request('tasks/get', { taskId: doomed.taskId })).toMatchObject({ status: 'cancelled' })
  await one.until(() => one.told.find((task) => task.taskId === doomed.taskId && task.status === 'cancelled'))
})

test('kill -9 of one server: the other goes on with its tasks, and so does the one once it is back', async () => {
  const { url, first, restartFirst } = await replicas()
  const taskId = await begin(url, 'asking')
  const question = await once(url, taskId, 'input_required')
  first.kill('SIGKILL')
  await first.ended
  for (let count = 0; count < 2; count += 1)
    expect(await ask(url, 'tasks/get', { taskId })).toMatchObject({ status: 'input_required' })
  await restartFirst()
  const heard = [1, 2].map(() => once(url, taskId, 'completed'))
  await accept(url, question, 'Cy')
  for (const end of await Promise.all(heard))
    expect(end).toMatchObject({ result: { structuredContent: { result: 'Cy' } } })
})

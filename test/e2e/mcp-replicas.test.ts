import { expect, onTestFinished, test } from 'vitest'
import { connectLegacy } from '../mcp/support/legacy-client.ts'
import { openProxy } from '../mcp/support/proxy.ts'
import { SimulatedChat } from '../mcp/support/vscode.ts'
import { project } from '../support/project.ts'
import type { Running } from '../support/process.ts'
import { accept, ask, begin, hear, once } from './modern-task.ts'

/** A hub, a worker and two MCP servers, each a process, with a proxy before the servers that sends every request to the next. */
async function replicas(): Promise<{
  readonly url: string
  readonly urls: readonly string[]
  readonly first: Running
  readonly restartFirst: () => Promise<void>
}> {
  const home = project()
  home.define(
    'asking',
    'steps: [{ id: name, ask: { prompt: Who?, timeout: 1h } }]\nresult: "${ $steps.name }"\n',
  )
  home.define('waiting', 'steps: [{ wait: 1h }]\n')
  home.define(
    'strict',
    `steps: [{ id: n, ask: { prompt: 'How many?', timeout: 1h, schema: { type: string, pattern: '^[0-9]+$' } } }]\n`,
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
    urls: [one.url, other.url],
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

test('what one server began, both poll, answer, cancel and listen to, in one session of the older era', async () => {
  const { url, urls } = await replicas()
  await using client = await connectLegacy(url, () => ({ action: 'accept', content: { answer: 'Bob' } }))
  // The stream for news is at one of the two, and tells of what is begun at either.
  const tasks = [await client.start('asking'), await client.start('asking')]
  for (const { taskId } of tasks) {
    for (let each = 0; each < urls.length; each += 1)
      expect(await client.request('tasks/get', { taskId })).toMatchObject({ taskId, ttl: null })
    await client.until(() =>
      client.told.find((task) => task.taskId === taskId && task.status === 'completed'),
    )
    for (let each = 0; each < urls.length; each += 1)
      expect(await client.request('tasks/result', { taskId })).toMatchObject({
        structuredContent: { result: 'Bob' },
      })
  }
  for (let each = 0; each < urls.length; each += 1) {
    const { taskId } = await client.start('waiting')
    expect(await client.request('tasks/cancel', { taskId })).toMatchObject({ status: 'cancelled' })
    for (let other = 0; other < urls.length; other += 1)
      expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
    await client.until(() =>
      client.told.find((task) => task.taskId === taskId && task.status === 'cancelled'),
    )
  }
})

test('a wrong answer that another server hears is put again, with the reason, by the one that asked', async () => {
  const { url } = await replicas()
  const answers = ['ten', '10']
  await using client = await connectLegacy(url, () => ({
    action: 'accept',
    content: { answer: answers.shift() ?? 'late' },
  }))
  const { taskId } = await client.start('strict')
  await client.until(() => client.told.find((task) => task.taskId === taskId && task.status === 'completed'))
  expect(client.asked.map(({ message }) => message)).toEqual([
    'How many?',
    expect.stringMatching(/pattern.*How many/s),
  ])
})

test('a chat that only listens sees all of a task, wherever it was begun and whoever is killed', async () => {
  const { url, first, restartFirst } = await replicas()
  await using chat = await SimulatedChat.open(url, () => ({ answer: 'yes' }))
  for (let each = 0; each < 2; each += 1) {
    const { end } = await chat.follow(await chat.start('asking'))
    expect(end).toMatchObject({ structuredContent: { result: 'yes' } })
  }
  first.kill('SIGKILL')
  await first.ended
  await restartFirst()
  for (let each = 0; each < 2; each += 1) {
    const { end } = await chat.follow(await chat.start('asking'))
    expect(end).toMatchObject({ structuredContent: { result: 'yes' } })
  }
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

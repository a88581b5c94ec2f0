import { expect, test } from 'vitest'
import type { Answer } from '../mcp/support/legacy-client.ts'
import { project, type Project } from '../support/project.ts'
import type { Running } from '../support/process.ts'

/** A server over pipes, as a client starts it: killed, it takes everything with it that is not in the data folder. */
class Piped {
  readonly #home: Project
  readonly #server: Running
  #lastId = 0

  constructor(home: Project) {
    this.#home = home
    this.#server = home.run('mcp')
  }

  /** Sends a request; gives the way to its result. */
  send(method: string, params: object = {}): () => Promise<Answer> {
    this.#lastId += 1
    const id = this.#lastId
    this.#say({ id, method, params })
    return async () => {
      const { result, error } = await this.hears(({ id: answered }) => answered === id)
      if (error !== undefined) throw new Error(JSON.stringify(error))
      return result
    }
  }

  async ask(method: string, params?: object): Promise<Answer> {
    return await this.send(method, params)()
  }

  reply(id: unknown, result: object): void {
    this.#say({ id, result })
  }

  /** The first message that is as wanted. */
  async hears(wanted: (message: Answer) => boolean): Promise<Answer> {
    for (let count = 1; ; count += 1) {
      const [text] = await this.#server.says(new RegExp(`(?:^\\{.*\\}\\n[^]*?){${count}}`, 'm'))
      const message: Answer = JSON.parse(text.trim().split('\n').at(-1) ?? '')
      if (wanted(message)) return message
    }
  }

  /** Kills the server, and starts the next. */
  async killed(): Promise<Piped> {
    this.#server.kill('SIGKILL')
    await this.#server.ended
    return new Piped(this.#home)
  }

  /** Begins a session of the older era. */
  async initialize(): Promise<this> {
    await this.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'test', version: '1' },
    })
    this.#say({ method: 'notifications/initialized' })
    return this
  }

  #say(message: object): void {
    this.#server.type(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }
}

function homeOfTwo(): Project {
  const made = project()
  made.define(
    'asking',
    'steps: [{ id: name, ask: { prompt: Who?, timeout: 1h } }]\nresult: "${ $steps.name }"\n',
  )
  made.define('tidied', 'steps: [{ wait: 1h }]\nfinally: [{ call: work, with: { value: tidy, ms: 300 } }]\n')
  return made
}

const isForm = ({ method }: Answer): boolean => method === 'elicitation/create'

test('kill -9 of a stdio server in each operation of the older era: the next one finds what was durable', async () => {
  const folder = homeOfTwo()
  let server = await new Piped(folder).initialize()
  const again = async (): Promise<void> => {
    server = await (await server.killed()).initialize()
  }
  const call = { name: 'asking', arguments: {}, task: {}, _meta: { 'longhaul/idempotencyKey': 'k' } }

  server.send('tools/call', call)
  await again()
  const { taskId } = (await server.ask('tools/call', call))['task']
  await again()
  expect((await server.ask('tools/call', call))['task'].taskId).toBe(taskId)

  await server.hears(isForm)
  for (let count = 0; count < 5; count += 1) server.send('tasks/get', { taskId })
  await again()
  expect(await server.ask('tasks/get', { taskId })).toMatchObject({ taskId, status: 'input_required' })

  server.send('tasks/result', { taskId })
  await again()
  const result = server.send('tasks/result', { taskId })
  const { id, params } = await server.hears(isForm)
  expect(params).toMatchObject({ message: 'Who?' })
  server.reply(id, { action: 'accept', content: { answer: 'Ann' } })
  expect(await result()).toMatchObject({ structuredContent: { result: 'Ann' } })
  await again()
  expect(await server.ask('tasks/result', { taskId })).toMatchObject({ structuredContent: { result: 'Ann' } })

  const doomed = (await server.ask('tools/call', { name: 'tidied', task: {} }))['task'].taskId
  expect(await server.ask('tasks/cancel', { taskId: doomed })).toMatchObject({ status: 'cancelled' })
  await again()
  expect(await server.ask('tasks/get', { taskId: doomed })).toMatchObject({ status: 'cancelled' })
  await folder.until((deeds) => deeds.some(({ what, value }) => what === 'end' && value === 'tidy'))
})

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
}

test('kill -9 of a stdio server in each operation of the newer era: the next one finds what was durable', async () => {
  let server = new Piped(homeOfTwo())
  const again = async (): Promise<void> => {
    server = await server.killed()
  }
  const call = {
    name: 'asking',
    arguments: {},
    _meta: { ...meta, 'longhaul/idempotencyKey': 'k' },
  }
  const listen = (taskId: string): void =>
    void server.send('subscriptions/listen', { notifications: { taskIds: [taskId] }, _meta: meta })
  const is =
    (status: string) =>
    ({ method, params }: Answer): boolean =>
      method === 'notifications/tasks' && params.status === status

  server.send('tools/call', call)
  await again()
  const { taskId } = await server.ask('tools/call', call)
  listen(taskId)
  const { params: open } = await server.hears(is('input_required'))
  await again()
  listen(taskId)
  const { params: still } = await server.hears(is('input_required'))
  expect(still.inputRequests).toEqual(open.inputRequests)

  const [key = ''] = Object.keys(open.inputRequests)
  const inputResponses = { [key]: { action: 'accept', content: { answer: 'Bob' } } }
  const answer = { taskId, inputResponses, _meta: meta }
  server.send('tasks/update', answer)
  await again()
  await server.ask('tasks/update', answer)
  listen(taskId)
  const { params: end } = await server.hears(is('completed'))
  expect(end).toMatchObject({ result: { structuredContent: { result: 'Bob' } } })

  const doomed = (await server.ask('tools/call', { name: 'tidied', _meta: meta }))['taskId']
  server.send('tasks/cancel', { taskId: doomed, _meta: meta })
  await again()
  await server.ask('tasks/cancel', { taskId: doomed, _meta: meta })
  listen(doomed)
  expect((await server.hears(is('cancelled')))['params']).toMatchObject({ taskId: doomed })
})

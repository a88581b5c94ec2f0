import { expect, test } from 'vitest'
import { connectLegacy } from '../mcp/support/legacy-client.ts'
import { project, type Project } from '../support/project.ts'
import type { Running } from '../support/process.ts'
import { accept, ask, begin, hear, once } from './modern-task.ts'

const definitions = {
  brief: 'steps: [{ call: work, with: { value: done, ms: 30 } }]\n',
  asking: 'steps: [{ id: name, ask: { prompt: Who?, timeout: 1h } }]\nresult: "${ $steps.name }"\n',
  tidied: 'steps: [{ wait: 1h }]\nfinally: [{ id: tidy, call: work, with: { value: tidy, ms: 300 } }]\n',
}

/** A server with its hub and its worker in one process, which can be killed and started again. */
class Serving {
  readonly home: Project = project()
  url = ''
  #server: Running | undefined

  static async start(): Promise<Serving> {
    const serving = new Serving()
    for (const [name, text] of Object.entries(definitions)) serving.home.define(name, text)
    await serving.restart()
    return serving
  }

  async kill(): Promise<void> {
    this.#server?.kill('SIGKILL')
    await this.#server?.ended
  }

  async restart(): Promise<void> {
    ;({ server: this.#server, url: this.url } = await this.home.serve())
  }
}

/** What a request came to whose server may have been killed under it. */
const orNothing = <T>(answer: Promise<T>): Promise<T | undefined> => answer.catch(() => undefined)

const completed = { status: 'completed', result: { structuredContent: { result: 'done' } } }

test.for([
  ['as it is sent', () => Promise.resolve()],
  ['when the run is under way', ({ home }: Serving) => home.until((deeds) => deeds.length > 0)],
  ['when the client was told', (_serving: Serving, told: Promise<unknown>) => told],
] as const)(
  'kill -9 in tools/call, %s: the same idempotency key gives the one run there is',
  async ([, moment]) => {
    const serving = await Serving.start()
    const call = orNothing(begin(serving.url, 'brief', 'once'))
    await moment(serving, call)
    await serving.kill()
    const told = await call
    await serving.restart()
    const taskId = await begin(serving.url, 'brief', 'once')
    expect([taskId, undefined]).toContain(told)
    expect(await once(serving.url, taskId, 'completed')).toMatchObject(completed)
    await using client = await connectLegacy(serving.url)
    expect((await client.request('tasks/list'))['tasks']).toMatchObject([{ taskId }])
  },
)

test('kill -9 in tasks/get: the task is there again, as it was', async () => {
  const serving = await Serving.start()
  const taskId = await begin(serving.url, 'asking')
  const before = await once(serving.url, taskId, 'input_required')
  const polls = Array.from({ length: 20 }, () => orNothing(ask(serving.url, 'tasks/get', { taskId })))
  await Promise.race(polls)
  await serving.kill()
  await Promise.all(polls)
  await serving.restart()
  const { status, inputRequests, createdAt } = before
  expect(await ask(serving.url, 'tasks/get', { taskId })).toMatchObject({ status, inputRequests, createdAt })
})

test('kill -9 while tasks/result waits: another session waits for the same task, and gets its result', async () => {
  const serving = await Serving.start()
  const first = await connectLegacy(serving.url)
  const { taskId } = await first.start('asking')
  const waiting = orNothing(first.request('tasks/result', { taskId }))
  const question = await once(serving.url, taskId, 'input_required')
  await serving.kill()
  await first.client.close()
  expect(await waiting).toBeUndefined()
  await serving.restart()
  await using second = await connectLegacy(serving.url)
  const result = second.request('tasks/result', { taskId })
  await accept(serving.url, question, 'Ann')
  expect(await result).toMatchObject({ structuredContent: { result: 'Ann' } })
})

test('kill -9 with an elicitation open: the question is put again in the next session', async () => {
  const serving = await Serving.start()
  const first = await connectLegacy(serving.url, () => new Promise(() => {}))
  const { taskId } = await first.start('asking')
  await first.until(() => first.asked[0])
  await serving.kill()
  await first.client.close()
  await serving.restart()
  await using second = await connectLegacy(serving.url, () => ({
    action: 'accept',
    content: { answer: 'Bob' },
  }))
  expect(await second.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { result: 'Bob' },
  })
  expect(second.asked).toMatchObject([{ message: 'Who?' }])
})

test('kill -9 in tasks/update: the answer counts, or the question is open under the same key', async () => {
  const serving = await Serving.start()
  const taskId = await begin(serving.url, 'asking')
  const question = await once(serving.url, taskId, 'input_required')
  const update = orNothing(accept(serving.url, question, 'Cy'))
  await serving.kill()
  await update
  await serving.restart()
  await accept(serving.url, question, 'Cy')
  expect(await once(serving.url, taskId, 'completed')).toMatchObject({
    result: { structuredContent: { result: 'Cy' } },
  })
})

test('kill -9 in tasks/cancel: what the client was told stays, and the clean-up is done', async () => {
  const serving = await Serving.start()
  const first = await connectLegacy(serving.url)
  const { taskId } = await first.start('tidied')
  const cancel = orNothing(first.request('tasks/cancel', { taskId }))
  await serving.home.until((deeds) => deeds.some(({ what }) => what === 'begin'))
  const told = await cancel
  await serving.kill()
  await first.client.close()
  expect(told).toMatchObject({ status: 'cancelled' })
  await serving.restart()
  expect(await ask(serving.url, 'tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
  await serving.home.until((deeds) => deeds.some(({ what, value }) => what === 'end' && value === 'tidy'))
})

test('kill -9 as tasks/cancel is sent: a second cancel ends the task, whether the first was heard or not', async () => {
  const serving = await Serving.start()
  const taskId = await begin(serving.url, 'asking')
  await once(serving.url, taskId, 'input_required')
  const cancel = orNothing(ask(serving.url, 'tasks/cancel', { taskId }))
  await serving.kill()
  await cancel
  await serving.restart()
  await ask(serving.url, 'tasks/cancel', { taskId })
  expect(await once(serving.url, taskId, 'cancelled')).toMatchObject({ taskId })
})

test('kill -9 under subscriptions/listen: who listens again is told how the task stands, and the rest', async () => {
  const serving = await Serving.start()
  const taskId = await begin(serving.url, 'asking')
  const listening = orNothing(hear(serving.url, taskId, ({ status }) => status === 'completed'))
  const question = await once(serving.url, taskId, 'input_required')
  await serving.kill()
  expect(await listening).toBeUndefined()
  await serving.restart()
  const { inputRequests } = await once(serving.url, taskId, 'input_required')
  expect(inputRequests).toEqual(question['inputRequests'])
  const end = once(serving.url, taskId, 'completed')
  await accept(serving.url, question, 'Di')
  expect(await end).toMatchObject({ result: { structuredContent: { result: 'Di' } } })
})

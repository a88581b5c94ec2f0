import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectLegacy } from '../mcp/support/legacy-client.ts'
import { project, type Deed, type Project } from '../support/project.ts'
import type { Running } from '../support/process.ts'
import { accept, ask, begin, hear, once } from './modern-task.ts'

const definitions = {
  brief: 'steps: [{ call: work, with: { value: done, ms: 30 } }]\n',
  asking: 'steps: [{ id: name, ask: { prompt: Who?, timeout: 1h } }]\nresult: "${ $steps.name }"\n',
  tidied: 'steps: [{ wait: 1h }]\nfinally: [{ id: tidy, call: work, with: { value: tidy, ms: 300 } }]\n',
}

/** A server that can be killed and started again, with its hub and its worker in its process or in others. */
class Serving {
  readonly home: Project
  url = ''
  readonly #args: readonly string[]
  #server: Running | undefined
  /** How many deeds are of what was tried before. */
  #past = 0

  static async together(): Promise<Serving> {
    const serving = new Serving(homeWithDefinitions(), [])
    await serving.restart()
    return serving
  }

  static async apart(): Promise<Serving> {
    const home = homeWithDefinitions()
    const [, connection = ''] = await home.run('hub', '--listen', '127.0.0.1:0').says(/--hub "([^"]+)"/)
    const serving = new Serving(home, ['--no-worker', '--hub', connection])
    await Promise.all([serving.restart(), home.run('worker', '--hub', connection).says(/Works for/)])
    return serving
  }

  private constructor(home: Project, args: readonly string[]) {
    this.home = home
    this.#args = args
  }

  /** Begins anew with what the activities have done. */
  forget(): void {
    this.#past = this.home.deeds().length
  }

  until(wanted: (deeds: readonly Deed[]) => boolean): Promise<void> {
    return this.home.until((deeds) => wanted(deeds.slice(this.#past)))
  }

  async kill(): Promise<void> {
    this.#server?.kill('SIGKILL')
    await this.#server?.ended
  }

  async restart(): Promise<void> {
    this.#server = this.home.run('serve', '--port', '0', ...this.#args)
    ;[this.url] = await this.#server.says(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
  }
}

function homeWithDefinitions(): Project {
  const home = project()
  for (const [name, text] of Object.entries(definitions)) home.define(name, text)
  return home
}

/** What a request came to whose server may have been killed under it. */
const orNothing = <T>(answer: Promise<T>): Promise<T | undefined> => answer.catch(() => undefined)

const completed = { status: 'completed', result: { structuredContent: { result: 'done' } } }

/** What is under way when the server is killed, and what must hold once there is another. */
const operations: readonly (readonly [string, (serving: Serving) => Promise<void>])[] = [
  [
    'tools/call, as it is sent: the same idempotency key gives the one run there is',
    (serving) => calledTwice(serving, () => Promise.resolve()),
  ],
  [
    'tools/call, when the run is under way: the same idempotency key gives the one run there is',
    (serving) => calledTwice(serving, () => serving.until((deeds) => deeds.length > 0)),
  ],
  [
    'tools/call, when the client was told: the same idempotency key gives the one run there is',
    (serving) => calledTwice(serving, (told) => told),
  ],
  [
    'tasks/get: the task is there again, as it was',
    async (serving) => {
      const taskId = await begin(serving.url, 'asking')
      const before = await once(serving.url, taskId, 'input_required')
      const polls = Array.from({ length: 20 }, () => orNothing(ask(serving.url, 'tasks/get', { taskId })))
      await Promise.race(polls)
      await serving.kill()
      await Promise.all(polls)
      await serving.restart()
      const { status, inputRequests, createdAt } = before
      expect(await ask(serving.url, 'tasks/get', { taskId })).toMatchObject({
        status,
        inputRequests,
        createdAt,
      })
    },
  ],
  [
    'tasks/result: another session waits for the same task, and gets its result',
    async (serving) => {
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
    },
  ],
  [
    'elicitation/create: the question is put again in the next session',
    async (serving) => {
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
    },
  ],
  [
    'tasks/update: the answer counts, or the question is open under the same key',
    async (serving) => {
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
    },
  ],
  [
    'tasks/cancel, when the client was told: it stays so, and the clean-up is done',
    async (serving) => {
      const first = await connectLegacy(serving.url)
      const { taskId } = await first.start('tidied')
      const cancel = orNothing(first.request('tasks/cancel', { taskId }))
      await serving.until((deeds) => deeds.some(({ what }) => what === 'begin'))
      const told = await cancel
      await serving.kill()
      await first.client.close()
      expect(told).toMatchObject({ status: 'cancelled' })
      await serving.restart()
      expect(await ask(serving.url, 'tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
      await serving.until((deeds) => deeds.some(({ what, value }) => what === 'end' && value === 'tidy'))
    },
  ],
  [
    'tasks/cancel, as it is sent: a second cancel ends the task, whether the first was heard or not',
    async (serving) => {
      const taskId = await begin(serving.url, 'asking')
      await once(serving.url, taskId, 'input_required')
      const cancel = orNothing(ask(serving.url, 'tasks/cancel', { taskId }))
      await serving.kill()
      await cancel
      await serving.restart()
      await ask(serving.url, 'tasks/cancel', { taskId })
      expect(await once(serving.url, taskId, 'cancelled')).toMatchObject({ taskId })
    },
  ],
  [
    'subscriptions/listen: who listens again is told how the task stands, and the rest',
    async (serving) => {
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
    },
  ],
]

async function calledTwice(
  serving: Serving,
  moment: (told: Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const key = randomUUID()
  const call = orNothing(begin(serving.url, 'brief', key))
  await moment(call)
  await serving.kill()
  const told = await call
  await serving.restart()
  const taskId = await begin(serving.url, 'brief', key)
  expect([taskId, undefined]).toContain(told)
  expect(await once(serving.url, taskId, 'completed')).toMatchObject(completed)
}

test.for(operations)('kill -9 in %s', async ([, operation]) => {
  const serving = await Serving.together()
  await expect(operation(serving)).resolves.toBeUndefined()
})

test('kill -9 in each of these of a server beside its hub and its worker', { timeout: 60_000 }, async () => {
  const serving = await Serving.apart()
  for (const [what, operation] of operations) {
    serving.forget()
    await operation(serving).catch((cause: unknown) => {
      throw new Error(`kill -9 in ${what}`, { cause })
    })
  }
  // Once for each call under a key, however often it was sent.
  const began = serving.home.deeds().filter(({ what, value }) => what === 'begin' && value === 'done')
  expect(new Set(began.map(({ key }) => key)).size).toBe(3)
})

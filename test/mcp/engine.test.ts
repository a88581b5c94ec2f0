import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resultFromTaskOutcome } from '@modelcontextprotocol/ext-tasks/client'
import { expect, test } from 'vitest'
import { connectLegacy, type Answer } from './support/legacy-client.ts'
import { connectModern, listen, raw } from './support/modern-client.ts'
import { openProxy } from './support/proxy.ts'
import { serveReal } from './support/real.ts'

const greet = `
name: greet
description: Greets
input: { type: object, properties: { name: { type: string } }, required: [name] }
output: { type: object, properties: { text: { type: string } }, required: [text] }
tool: { pollInterval: 50ms }
steps:
  - progress: Greeting \${ $input.name }
    wait: 10ms
result: { text: "Hello \${ $input.name }" }
`
const approve = `
name: approve
description: Asks
tool: { pollInterval: 50ms }
steps:
  - id: answers
    parallel:
      one: [ { ask: { prompt: One?, schema: { type: object, properties: { ok: { type: boolean } }, required: [ok] }, timeout: 1h } } ]
      other: [ { ask: { prompt: Other?, schema: { type: integer, minimum: 1 }, timeout: 1h } } ]
result: \${ $steps.answers }
`
const clean = `
name: clean
description: Cleans up
tool: { pollInterval: 50ms }
steps:
  - wait: 1h
finally:
  - call: tidy
`
const broken = `
name: broken
description: Fails
tool: { pollInterval: 50ms }
steps:
  - id: charge
    fail: { type: payment.declined, message: No money, retryable: false }
`

test('a client of either era runs a workflow to its end and is told of its progress', async () => {
  await using real = await serveReal({ 'greet.yaml': greet })
  await using client = await connectLegacy(real.url)
  const { taskId } = await client.start('greet', { name: 'Ann' })
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { text: 'Hello Ann' },
  })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'completed' })
  await using modern = await connectModern(real.url)
  const { outcome } = await (await modern.session.callTool('greet', { name: 'Bob' })).settle()
  expect(resultFromTaskOutcome(outcome)).toMatchObject({ structuredContent: { text: 'Hello Bob' } })
})

test('two questions of parallel branches are answered, one wrongly at first, in the older era', async () => {
  await using real = await serveReal({ 'approve.yaml': approve })
  let attempts = 0
  await using client = await connectLegacy(real.url, (message) => {
    if (message.endsWith('One?')) return { action: 'accept', content: { ok: true } }
    attempts += 1
    return { action: 'accept', content: { answer: attempts - 1 } }
  })
  const { taskId } = await client.start('approve')
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { one: { ok: true }, other: 1 },
  })
  expect(client.asked).toHaveLength(3)
})

test('two questions of parallel branches are answered in parts, one wrongly at first, in the newer era', async () => {
  await using real = await serveReal({ 'approve.yaml': approve })
  const { taskId } = (await raw(real.url, 'tools/call', { name: 'approve', arguments: {} })).result ?? {}
  const messages = listen(real.url, { taskIds: [taskId] })
  const requests = async (count: number): Promise<Record<string, { params: { message: string } }>> =>
    (await until(messages, ({ inputRequests = {} }) => Object.keys(inputRequests).length === count))[
      'inputRequests'
    ]
  const keyOf = (all: Record<string, { params: { message: string } }>, prompt: string): string =>
    Object.keys(all).find((key) => all[key]?.params.message.endsWith(prompt)) ?? ''
  const both = await requests(2)
  const wrong = { [keyOf(both, 'Other?')]: { action: 'accept', content: { answer: 0 } } }
  const one = { [keyOf(both, 'One?')]: { action: 'accept', content: { ok: true } } }
  await raw(real.url, 'tasks/update', { taskId, inputResponses: { ...wrong, ...one } })
  const rest = await requests(1)
  expect(rest[keyOf(rest, 'Other?')]?.params.message).not.toBe('Other?')
  await raw(real.url, 'tasks/update', {
    taskId,
    inputResponses: { [keyOf(rest, 'Other?')]: { action: 'accept', content: { answer: 1 } } },
  })
  await until(messages, ({ status }) => status === 'completed')
  expect((await raw(real.url, 'tasks/get', { taskId })).result?.['result']).toMatchObject({
    structuredContent: { one: { ok: true }, other: 1 },
  })
})

const askEach = `
name: each
description: Asks for each
tool: { pollInterval: 50ms }
steps:
  - forEach:
      in: [A, B]
      isolate: true
      concurrency: 2
      steps: [ { workflow: ask-one, with: "\${ $item }" } ]
result: { answers: "\${ $result.results }" }
`
const askOne = `
name: ask-one
tool: { expose: false }
steps:
  - id: pick
    ask: { prompt: "\${ $input }?", schema: { type: integer, minimum: 1 }, timeout: 1h }
`

test('what the children of a run ask is asked and answered through its task, in the older era', async () => {
  await using real = await serveReal({ 'each.yaml': askEach, 'ask-one.yaml': askOne })
  let attempts = 0
  await using client = await connectLegacy(real.url, (message) => {
    if (message.endsWith('A?')) return { action: 'accept', content: { answer: 1 } }
    attempts += 1
    return { action: 'accept', content: { answer: attempts === 1 ? 0 : 2 } }
  })
  const { taskId } = await client.start('each')
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { answers: [1, 2] },
  })
  expect(client.asked).toHaveLength(3)
})

test('what the children of a run ask is asked and answered through its task, in the newer era', async () => {
  await using real = await serveReal({ 'each.yaml': askEach, 'ask-one.yaml': askOne })
  const { taskId } = (await raw(real.url, 'tools/call', { name: 'each', arguments: {} })).result ?? {}
  const messages = listen(real.url, { taskIds: [taskId] })
  const asked = async (keys: readonly string[]): Promise<void> => {
    await until(
      messages,
      ({ status, inputRequests = {} }) =>
        status === 'input_required' && Object.keys(inputRequests).toSorted().join(' ') === keys.join(' '),
    )
  }
  const say = (key: string, answer: number): Promise<unknown> =>
    raw(real.url, 'tasks/update', {
      taskId,
      inputResponses: { [key]: { action: 'accept', content: { answer } } },
    })
  const [a, b] = ['forEach.1#1/workflow.1#1/pick#1', 'forEach.1#2/workflow.1#1/pick#1'] as const
  await asked([a, b])
  await say(a, 0)
  await asked([`${a}~1`, b])
  await say(`${a}~1`, 1)
  await asked([b])
  await say(b, 2)
  await until(messages, ({ status }) => status === 'completed')
  expect((await raw(real.url, 'tasks/get', { taskId })).result?.['result']).toMatchObject({
    structuredContent: { answers: [1, 2] },
  })
})

test('a cancelled task is cancelled at once and for good, while the run still cleans up', async () => {
  const tidying = Promise.withResolvers<void>()
  await using real = await serveReal({ 'clean.yaml': clean }, { tidy: () => tidying.promise })
  await using client = await connectLegacy(real.url)
  const { taskId } = await client.start('clean')
  expect(await client.request('tasks/cancel', { taskId })).toMatchObject({ status: 'cancelled' })
  expect(await real.engine.client.get(taskId)).toMatchObject({ status: 'running' })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
  tidying.resolve()
  expect(await real.engine.client.wait(taskId)).toMatchObject({ status: 'cancelled' })
  expect(await client.request('tasks/get', { taskId })).toMatchObject({ status: 'cancelled' })
})

test('a failure says what, at which step and where', async () => {
  await using real = await serveReal({ 'broken.yaml': broken })
  await using client = await connectLegacy(real.url)
  const { taskId } = await client.start('broken')
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    isError: true,
    content: [{ text: 'payment.declined: No money (step "charge", broken.yaml:6:5)' }],
  })
})

test('a task outlives its server, and another takes over where it stood', async () => {
  const first = await serveReal({ 'approve.yaml': approve })
  const { taskId } = (await raw(first.url, 'tools/call', { name: 'approve', arguments: {} })).result ?? {}
  await using second = await first.restart()
  await using client = await connectLegacy(second.url, (message) => ({
    action: 'accept',
    content: message === 'One?' ? { ok: false } : { answer: 2 },
  }))
  expect(await client.request('tasks/result', { taskId })).toMatchObject({
    structuredContent: { one: { ok: false }, other: 2 },
  })
})

test('two servers on one hub behind a proxy that alternates are like one', async () => {
  await using real = await serveReal({ 'approve.yaml': approve })
  const other = await real.again()
  await using proxy = await openProxy([real.url, other.url])
  const { taskId } = (await raw(proxy.url, 'tools/call', { name: 'approve', arguments: {} })).result ?? {}
  const messages = listen(proxy.url, { taskIds: [taskId] })
  const { inputRequests } = await until(
    messages,
    (params) => Object.keys(params['inputRequests'] ?? {}).length === 2,
  )
  for (const key of Object.keys(inputRequests)) {
    const content = inputRequests[key].params.message === 'One?' ? { ok: true } : { answer: 3 }
    await raw(proxy.url, 'tasks/update', { taskId, inputResponses: { [key]: { action: 'accept', content } } })
  }
  await until(messages, ({ status }) => status === 'completed')
  for (let count = 0; count < 2; count++)
    expect((await raw(proxy.url, 'tasks/get', { taskId })).result?.['result']).toMatchObject({
      structuredContent: { one: { ok: true }, other: 3 },
    })
  const second = (await raw(proxy.url, 'tools/call', { name: 'approve', arguments: {} })).result ?? {}
  await raw(proxy.url, 'tasks/cancel', { taskId: second['taskId'] })
  const third = listen(proxy.url, { taskIds: [second['taskId']] })
  await until(third, ({ status }) => status === 'cancelled')
  await third.return(undefined)
  await messages.return(undefined)
  await other.close()
})

test('a definition that is written while the server runs becomes a tool, and clients are told', async () => {
  await using real = await serveReal({ 'greet.yaml': greet })
  await using client = await connectLegacy(real.url)
  await writeFile(join(real.folder, 'clean.yaml'), clean.replace('call: tidy', 'wait: 1s'))
  await client.until(() => (client.listChanges() > 0 ? true : undefined))
  expect((await client.client.listTools()).tools.map(({ name }) => name)).toEqual(['clean', 'greet'])
})

/** The params of the first message like that. */
async function until(messages: AsyncGenerator<Answer>, isIt: (params: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const { params } = (await messages.next()).value
    if (isIt(params)) return params
  }
}

const gentle = `
name: gentle
description: Asks, and takes no for an answer
tool: { pollInterval: 50ms }
steps:
  - id: address
    ask: { prompt: Where?, timeout: 1h }
    catch: [{ on: [ask.declined], result: nowhere }]
result: \${ $steps.address }
`

const nowhere = { structuredContent: { result: 'nowhere' } }

test('declining a form fails the step, and the definition can catch it, in the older era', async () => {
  await using real = await serveReal({ 'gentle.yaml': gentle })
  await using client = await connectLegacy(real.url, () => ({ action: 'decline' }))
  const { taskId } = await client.start('gentle')
  expect(await client.request('tasks/result', { taskId })).toMatchObject(nowhere)
})

test('declining a form fails the step, and the definition can catch it, in the newer era', async () => {
  await using real = await serveReal({ 'gentle.yaml': gentle })
  await using modern = await connectModern(real.url, { action: 'decline' })
  const { outcome } = await (await modern.session.callTool('gentle', {})).settle()
  expect(resultFromTaskOutcome(outcome)).toMatchObject(nowhere)
})

test('a wrong answer is remembered by the run: another server puts the question again under the same new key', async () => {
  await using real = await serveReal({ 'approve.yaml': approve })
  const { taskId } = (await raw(real.url, 'tools/call', { name: 'approve', arguments: {} })).result ?? {}
  const messages = listen(real.url, { taskIds: [taskId] })
  const asked = await until(messages, ({ inputRequests = {} }) => Object.keys(inputRequests).length === 2)
  const key = Object.keys(asked['inputRequests']).find((each) => each.includes('other')) ?? ''
  const wrong = { [key]: { action: 'accept', content: { answer: 0 } } }
  await raw(real.url, 'tasks/update', { taskId, inputResponses: wrong })
  const mine = (await raw(real.url, 'tasks/get', { taskId })).result?.['inputRequests']
  expect(mine).toHaveProperty([`${key}~1`])
  expect(mine).not.toHaveProperty([key])
  const second = await real.again()
  const { inputRequests } = (await raw(second.url, 'tasks/get', { taskId })).result ?? {}
  expect(inputRequests).toMatchObject({
    [`${key}~1`]: { params: { message: expect.stringMatching(/does not fit.*\n\nOther\?$/) } },
  })
  await second.close()
})

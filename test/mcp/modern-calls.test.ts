import { expect, test } from 'vitest'
import type { Answer } from './support/legacy-client.ts'
import { definition } from './support/definitions.ts'
import { raw, tasks } from './support/modern-client.ts'
import { serve } from './support/served.ts'

const order = definition('order', {
  input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  output: { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] },
})

test('an optional tool answers a client without tasks once its run has ended', async () => {
  await using served = await serve([definition('quick', { tool: { taskSupport: 'optional' } })])
  const call = raw(served.url, 'tools/call', { name: 'quick', arguments: {} }, { capabilities: {} })
  const started = Promise.withResolvers<string>()
  const start = served.runs.start.bind(served.runs)
  served.runs.start = async (...given) => {
    const run = await start(...given)
    started.resolve(run.id)
    return run
  }
  served.runs.complete(await started.promise, 'done')
  expect((await call).result).toMatchObject({ resultType: 'complete', structuredContent: { result: 'done' } })
})

test('a client without tasks is asked by the result, calls again with the answer, and may not forge the state', async () => {
  await using served = await serve([definition('quick', { tool: { taskSupport: 'optional' } })])
  const start = served.runs.start.bind(served.runs)
  served.runs.start = async (...given) => {
    const run = await start(...given)
    served.runs.ask(run.id, { key: 'name', prompt: 'Who?' })
    return served.runs.runs.get(run.id) ?? run
  }
  const take = served.runs.answer.bind(served.runs)
  served.runs.answer = async (id, question, data) => {
    await take(id, question, data)
    if (question === 'name') served.runs.ask(id, { key: 'colour' })
    else
      served.runs.complete(
        id,
        served.runs.answers.map((each) => each.data),
      )
  }
  const call = async (more: object = {}): Promise<Answer> => {
    const params = { name: 'quick', arguments: {}, ...more }
    const { result, error } = await raw(served.url, 'tools/call', params, {
      capabilities: { elicitation: {} },
    })
    return result ?? error ?? {}
  }
  const first = await call()
  expect(first).toMatchObject({
    resultType: 'input_required',
    inputRequests: { name: { params: { message: 'Who?' } } },
  })
  const { requestState } = first
  expect(await call({ requestState: `${requestState}x` })).toMatchObject({ code: -32602 })
  const second = await call({ requestState, inputResponses: { name: answer('Ann') } })
  expect(second).toMatchObject({ resultType: 'input_required', inputRequests: { colour: {} } })
  expect(second['requestState']).not.toBe(requestState)
  const third = await call({
    requestState: second['requestState'],
    inputResponses: { colour: answer('blue') },
  })
  expect(third).toMatchObject({ resultType: 'complete', structuredContent: { result: ['Ann', 'blue'] } })
  expect(served.runs.runs.size).toBe(1)
})

test('input that a call lacks is asked for, where the server is told to', async () => {
  await using served = await serve([order], { onMissingInput: 'ask' })
  const capabilities = { elicitation: {}, ...tasks }
  const call = async (more: object = {}): Promise<Answer> => {
    const params = { name: 'order', arguments: {}, ...more }
    const { result, error } = await raw(served.url, 'tools/call', params, { capabilities })
    return result ?? error ?? {}
  }
  expect((await call())['inputRequests']).toMatchObject({
    input: { params: { requestedSchema: { properties: { id: { type: 'string' } }, required: ['id'] } } },
  })
  expect(await call({ inputResponses: { input: { action: 'decline' } } })).toMatchObject({ code: -32602 })
  const given = await call({ inputResponses: { input: { action: 'accept', content: { id: 'a' } } } })
  expect(given).toMatchObject({ resultType: 'task' })
  expect(served.runs.runs.get(given['taskId'])?.input).toEqual({ id: 'a' })
})

test('an optional tool whose run ends at once is answered with its result', async () => {
  await using served = await serve([definition('quick', { tool: { taskSupport: 'optional' } })])
  const start = served.runs.start.bind(served.runs)
  served.runs.start = async (...given) => {
    const run = await start(...given)
    served.runs.complete(run.id, 'done')
    return run
  }
  expect((await raw(served.url, 'tools/call', { name: 'quick', arguments: {} })).result).toMatchObject({
    resultType: 'complete',
    content: [{ text: 'done' }],
  })
})

test('a server that waits for its runs says after a while where to look', async () => {
  await using served = await serve([order], { onNonTaskClient: 'wait', waitLimitMs: 20 })
  const { result } = await raw(
    served.url,
    'tools/call',
    { name: 'order', arguments: { id: 'a' } },
    { capabilities: {} },
  )
  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('workflow://runs/') }],
  })
})

/** An accepted form with one field. */
function answer(text: string): object {
  return { action: 'accept', content: { answer: text } }
}

test('a call that is sent again under its key answers with its task, also when that has ended', async () => {
  await using served = await serve([definition('order')])
  const params = { name: 'order', arguments: {}, _meta: { 'longhaul/idempotencyKey': 'k' } }
  const first = await raw(served.url, 'tools/call', params)
  const taskId = first.result?.['taskId']
  served.runs.complete(taskId, { ok: true })
  expect((await raw(served.url, 'tools/call', params)).result).toMatchObject({
    resultType: 'task',
    taskId,
    status: 'completed',
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/process.ts'
import { definition } from './support/definitions.ts'
import { connectLegacy } from './support/legacy-client.ts'
import { listen, raw } from './support/modern-client.ts'
import { serve } from './support/served.ts'

const order = definition('order', { title: 'Orders', description: 'Ships orders', input: { type: 'object' } })

test('definitions and the guide are listed and read', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { resources } = await client.client.listResources()
  expect(resources).toMatchObject([
    { uri: 'workflow://guide', mimeType: 'text/markdown' },
    { uri: 'workflow://definitions/order', name: 'order', title: 'Orders', mimeType: 'application/yaml' },
  ])
  expect(await client.client.readResource({ uri: 'workflow://definitions/order' })).toMatchObject({
    contents: [{ text: 'name: order\nsteps: []\n' }],
  })
  expect(await client.client.readResource({ uri: 'workflow://guide' })).toMatchObject({
    contents: [{ text: readFileSync(join(repository, 'docs/llms.txt'), 'utf8') }],
  })
})

test('a run is read with its questions, its history and its output', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { id } = await served.runs.start(order, { a: 1 })
  const read = async (part = ''): Promise<unknown> => {
    const { contents } = await client.client.readResource({ uri: `workflow://runs/${id}${part}` })
    const [content] = contents
    return content !== undefined && 'text' in content ? JSON.parse(content.text) : undefined
  }
  served.runs.ask(id, { key: 'q', prompt: 'Well?' })
  expect(await read()).toMatchObject({
    id,
    workflow: 'order',
    status: 'waiting',
    questions: [{ prompt: 'Well?' }],
  })
  expect(await read('/history')).toMatchObject([{ type: 'runStarted' }])
  await expect(read('/output')).rejects.toMatchObject({ code: -32002 })
  served.runs.complete(id, { ok: true })
  expect(await read('/output')).toEqual({ ok: true })
})

test.for([
  'workflow://runs/none',
  'workflow://definitions/none',
  'workflow://runs',
  'file:///etc/passwd',
  'x',
])('there is no resource %s, in either era', async (uri) => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  await expect(client.request('resources/read', { uri })).rejects.toMatchObject({ code: -32002 })
  expect((await raw(served.url, 'resources/read', { uri })).error).toMatchObject({ code: -32602 })
})

test('names and ids are completed', async () => {
  await using served = await serve([order, definition('refund')])
  await using client = await connectLegacy(served.url)
  const { id } = await served.runs.start(order, {})
  const complete = async (uri: string, name: string, value: string): Promise<readonly string[]> => {
    const params = { ref: { type: 'ref/resource' as const, uri }, argument: { name, value } }
    return (await client.client.complete(params)).completion.values
  }
  expect(await complete('workflow://definitions/{name}', 'name', 'o')).toEqual(['order'])
  expect(await complete('workflow://runs/{id}', 'id', id.slice(0, 4))).toEqual([id])
})

test('prompts carry what a model needs to run a workflow and to find out why one failed', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { id } = await served.runs.start(order, { a: 1 })
  const error = { type: 'payment.declined', message: 'No', retryable: false, step: 'charge' }
  served.runs.change(id, { status: 'failed', error })
  const textOf = async (name: string, args: Record<string, string>): Promise<string> => {
    const [message] = (await client.client.getPrompt({ name, arguments: args })).messages
    return message?.content.type === 'text' ? message.content.text : ''
  }
  expect((await client.client.listPrompts()).prompts.map(({ name }) => name)).toEqual([
    'run_workflow',
    'diagnose_run',
  ])
  expect(await textOf('run_workflow', { workflow: 'order', request: 'Two apples' })).toMatch(
    /Ships orders[^]*Two apples[^]*"type": "object"/,
  )
  expect(await textOf('diagnose_run', { run: id })).toMatch(/payment\.declined[^]*runStarted[^]*name: order/)
  await expect(textOf('diagnose_run', {})).rejects.toMatchObject({ code: -32602 })
  await expect(textOf('none', {})).rejects.toMatchObject({ code: -32602 })
})

test('a subscriber is told when the resource changed, and no more once it has unsubscribed', async () => {
  await using served = await serve([order])
  await using client = await connectLegacy(served.url)
  const { id } = await served.runs.start(order, {})
  const [run, written] = [`workflow://runs/${id}`, 'workflow://definitions/order']
  await client.client.subscribeResource({ uri: run })
  await client.client.subscribeResource({ uri: written })
  await expect(client.client.subscribeResource({ uri: 'workflow://runs/none' })).rejects.toMatchObject({
    code: -32002,
  })
  served.runs.change(id, { report: { message: 'under way' } })
  await client.until(() => client.updated.find((uri) => uri === run))
  served.redefine([order])
  await client.until(() => client.updated.find((uri) => uri === written))
  expect(served.runs.watching).toBe(1)
  await client.client.unsubscribeResource({ uri: run })
  expect(served.runs.watching).toBe(0)
})

test('a listener of the newer era is told of runs and definitions that it subscribed to', async () => {
  await using served = await serve([order])
  const { id } = await served.runs.start(order, {})
  const [run, written] = [`workflow://runs/${id}`, 'workflow://definitions/order']
  const messages = listen(served.url, { resourceSubscriptions: [run, written, 'workflow://runs/none'] })
  expect((await messages.next()).value).toMatchObject({
    params: { notifications: { resourceSubscriptions: [run, written] } },
  })
  served.runs.change(id, { report: { message: 'under way' } })
  expect((await messages.next()).value).toMatchObject({
    method: 'notifications/resources/updated',
    params: { uri: run },
  })
  served.redefine([order])
  expect((await messages.next()).value).toMatchObject({ params: { uri: written } })
  await messages.return(undefined)
})

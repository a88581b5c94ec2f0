import { expect, test } from 'vitest'
import { openClient } from '../../engine/client/open-client.ts'
import type { Run } from '../../engine/run.ts'
import { clientOf, once, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const greet = compiled(`
name: greet
version: 2.1.0
input: { type: object, required: [name], properties: { name: { type: string }, times: { type: integer, default: 1 } } }
config: { greeting: Hello }
steps:
  - return: \${ $config.greeting & ' ' & $input.name }
`)

const approval = compiled(`
name: approval
steps:
  - id: approve
    ask:
      prompt: Go?
      schema: { type: object, required: [go], properties: { go: { type: boolean }, by: { type: string, default: anybody } } }
      timeout: 1h
`)

const waits = compiled(`
name: waits
steps:
  - id: go
    waitFor: { event: go, timeout: 1h }
`)

test('a run is accepted before its start resolves, with the defaults of its input', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const before = Date.now()
  const run = await client.start(greet, { name: 'Ada' }, { tags: { team: 'blue' } })
  expect(run).toMatchObject({
    workflow: 'greet',
    version: '2.1.0',
    status: 'pending',
    input: { name: 'Ada', times: 1 },
    tags: { team: 'blue' },
  })
  expect(run.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  const startedAt = Number.parseInt(run.id.replace('-', '').slice(0, 12), 16)
  expect(startedAt).toBeGreaterThanOrEqual(before)
  expect(startedAt).toBeLessThanOrEqual(Date.now())
  expect(await client.get(run.id)).toEqual(run)
})

test('a run ends with its output', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub, { env: { LONGHAUL_CONFIG_GREETING: 'Hi' } })
  await workerOf(hub)
  const { id } = await client.start(greet, { name: 'Ada' })
  expect(await client.wait(id)).toMatchObject({ status: 'completed', output: 'Hi Ada' })
})

test('a run keeps to what its hub takes in one message', async () => {
  const hub = await hubForTest()
  const client = await clientOf({ ...hub, messageBytes: 1_000 })
  await workerOf(hub)
  const { id } = await client.start(greet, { name: 'x'.repeat(1_000) })
  expect(await client.wait(id)).toMatchObject({
    status: 'failed',
    error: { type: 'limit.size', message: expect.stringContaining('at most 1000 fit') },
  })
})

test('an input that does not fit is refused, and no run comes into being', async () => {
  const client = await clientOf(await hubForTest())
  await expect(client.start(greet, { name: 5 }, { id: 'mine' })).rejects.toMatchObject({
    code: 'workflow.invalidInput',
    message: 'The input does not fit workflow "greet": "/name" must be string',
    data: [{ path: '/name', message: 'must be string' }],
  })
  expect(await client.get('mine')).toBeUndefined()
})

test('an id is used once, whether its run is live or has ended', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await client.start(greet, { name: 'Ada' }, { id: 'mine' })
  const again = (): Promise<Run> => client.start(greet, { name: 'Bob' }, { id: 'mine' })
  await expect(again()).rejects.toMatchObject({ code: 'run.exists' })
  await workerOf(hub)
  await client.wait('mine')
  await expect(again()).rejects.toMatchObject({ code: 'run.exists' })
  expect((await client.get('mine'))?.output).toBe('Hello Ada')
})

test.for([[''], ['two words'], ['@entity@key'], ['x'.repeat(101)]])(
  '%j cannot name a run',
  async ([id = '']) => {
    const client = await clientOf(await hubForTest())
    await expect(client.start(greet, { name: 'Ada' }, { id })).rejects.toMatchObject({ code: 'usage' })
  },
)

test('what is too large for a history is refused before it is sent', async () => {
  const client = await clientOf(await hubForTest())
  const large = 'x'.repeat(2_000_000)
  await expect(client.start(greet, { name: large })).rejects.toMatchObject({
    code: 'limit.size',
    message: expect.stringContaining('The input measures 1.9 MiB'),
  })
  const { id } = await client.start(waits, null)
  await expect(client.raise(id, 'go', large)).rejects.toMatchObject({ code: 'limit.size' })
})

test('waiting for a while gives the run as it is then', async () => {
  const client = await clientOf(await hubForTest())
  const { id } = await client.start(greet, { name: 'Ada' })
  expect((await client.wait(id, { timeoutMs: 5 })).status).toBe('pending')
})

test('waiting ends with the reason for which it was given up', async () => {
  const client = await clientOf(await hubForTest())
  const { id } = await client.start(greet, { name: 'Ada' })
  const leaving = new AbortController()
  const waiting = client.wait(id, { signal: leaving.signal })
  leaving.abort(new Error('no patience'))
  await expect(waiting).rejects.toThrow('no patience')
  await expect(client.wait(id, { signal: leaving.signal })).rejects.toThrow('no patience')
})

test('a client that closes gives up what it waits for', async () => {
  const client = await openClient(await hubForTest())
  const { id } = await client.start(greet, { name: 'Ada' })
  const waiting = client.wait(id)
  await client.get(id)
  await client.close()
  await expect(waiting).rejects.toThrow('The client was closed')
  await expect(client.get(id)).rejects.toThrow('The client was closed')
})

test('an unknown run is unknown to every method', async () => {
  const client = await clientOf(await hubForTest())
  const unknown = { code: 'run.unknown', message: expect.stringContaining('"nobody"') }
  expect(await client.get('nobody')).toBeUndefined()
  expect(await client.purge('nobody')).toBe(false)
  await expect(client.wait('nobody')).rejects.toMatchObject(unknown)
  await expect(client.watch('nobody')[Symbol.asyncIterator]().next()).rejects.toMatchObject(unknown)
  await expect(client.history('nobody')).rejects.toMatchObject(unknown)
  await expect(client.raise('nobody', 'go', null)).rejects.toMatchObject(unknown)
  await expect(client.answer('nobody', 'approve', null)).rejects.toMatchObject(unknown)
  await expect(client.cancel('nobody')).rejects.toMatchObject(unknown)
  await expect(client.retry('nobody')).rejects.toMatchObject(unknown)
})

test('an ended run takes no event, no answer and no cancel', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub)
  const { id } = await client.start(greet, { name: 'Ada' })
  await client.wait(id)
  await expect(client.raise(id, 'go', null)).rejects.toMatchObject({ code: 'run.ended' })
  await expect(client.answer(id, 'approve', null)).rejects.toMatchObject({ code: 'run.ended' })
  await expect(client.cancel(id)).rejects.toMatchObject({
    code: 'run.ended',
    message: `Run "${id}" has ended (completed) and cannot be cancelled`,
  })
})

test('a watcher sees what another client does to the run', async () => {
  const hub = await hubForTest()
  const [watching, acting] = [await clientOf(hub), await clientOf(hub)]
  await workerOf(hub)
  const { id } = await acting.start(approval, null)
  const seen: string[] = []
  for await (const { status, report } of watching.watch(id)) {
    seen.push(status)
    if (report.questions?.length === 1) await acting.answer(id, 'approve', { go: true })
  }
  expect(seen.filter((status) => status !== 'pending' && status !== 'running')).toEqual([
    'waiting',
    'completed',
  ])
})

test('an answer must fit its question, which stays open until it does', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub)
  const { id } = await client.start(approval, null)
  const { report } = await once(client, id, ({ status }) => status === 'waiting')
  await expect(client.answer(id, 'approve', { go: 'yes' })).rejects.toMatchObject({ code: 'answer.invalid' })
  await expect(client.answer(id, 'aprove', { go: true })).rejects.toMatchObject({ code: 'question.unknown' })
  expect((await client.get(id))?.status).toBe('waiting')
  await client.answer(id, report.questions?.[0]?.key ?? '', { go: true })
  expect(await client.wait(id)).toMatchObject({ status: 'completed', output: { go: true, by: 'anybody' } })
})

test('an event reaches the run that waits for it', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub)
  const { id } = await client.start(waits, null)
  await client.raise(id, 'go', { far: true })
  expect((await client.wait(id)).output).toEqual({ far: true })
})

import { expect, test } from 'vitest'
import { isJsonObject } from '../../engine/json.ts'
import type { RunClient } from '../../engine/client/client.ts'
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

test('a history tells what was done, where, and with what', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, {
    activities: {
      fails: () => {
        throw new Error('no')
      },
      echo: (input: unknown) => input,
    },
  })
  const { id } = await client.start(
    compiled(`
name: story
steps:
  - id: first
    call: fails
    retry: { maxAttempts: 2, delay: 1ms }
    catch:
      - on: ['*']
        steps: [{ call: echo, with: { n: 1 } }]
`),
    { who: 'Ada' },
  )
  await client.wait(id)
  const story = await client.history(id)
  expect(story[0]).toMatchObject({ type: 'runStarted', name: 'story', data: { who: 'Ada' } })
  expect(story.filter(({ type }) => type === 'activityFailed')).toMatchObject([
    { name: 'fails', path: 'first', attempt: 1, data: { type: 'activity.failed', message: 'no' } },
    { name: 'fails', path: 'first', attempt: 2 },
  ])
  expect(story.find(({ type }) => type === 'activityCompleted')).toMatchObject({
    name: 'echo',
    data: { n: 1 },
  })
  expect(story.at(-1)).toMatchObject({ type: 'runCompleted', data: { n: 1 } })
  expect(story.every(({ at }) => !Number.isNaN(Date.parse(at)))).toBe(true)
})

test('a retry is a new run of the same definition and input, with a tag that says so', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const { id } = await client.start(greet, { name: 'Ada' }, { tags: { team: 'blue' } })
  await expect(client.retry(id)).rejects.toMatchObject({ code: 'usage' })
  await workerOf(hub)
  await client.wait(id)
  const again = await client.retry(id)
  expect(again).toMatchObject({
    version: '2.1.0',
    input: { name: 'Ada', times: 1 },
    tags: { team: 'blue', 'longhaul.retryOf': id },
  })
  expect(again.id).not.toBe(id)
  expect((await client.wait(again.id)).output).toBe('Hello Ada')
})

test('a run that continued in a new history still shows, and retries, what it was started with', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { echo: (input: unknown) => input } })
  const { id } = await client.start(
    compiled(`
name: long
vars: { n: 0 }
steps:
  - loop:
      while: $vars.n < 100
      steps:
        - call: echo
          with: {}
        - set: { n: "\${ $vars.n + 1 }" }
result: \${ $vars.n }
`),
    { who: 'Ada' },
  )
  expect(await client.wait(id)).toMatchObject({
    input: { who: 'Ada' },
    output: 100,
    workflow: 'long',
    version: '1.0.0',
  })
  expect((await client.history(id)).length).toBeLessThan(300)
  expect((await client.retry(id)).input).toEqual({ who: 'Ada' })
})

test('only an ended run is purged', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const { id } = await client.start(greet, { name: 'Ada' })
  await expect(client.purge(id)).rejects.toMatchObject({ code: 'usage' })
  await workerOf(hub)
  await client.wait(id)
  expect(await client.purge(id)).toBe(true)
  expect(await client.get(id)).toBeUndefined()
})

test('runs are listed page by page, by what they are and how they stand', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  for (const n of [1, 2, 3])
    await client.start(greet, { name: 'Ada' }, { id: `done-${n}`, tags: { n: `${n}` } })
  await workerOf(hub)
  for (const n of [1, 2, 3]) await client.wait(`done-${n}`)
  await client.start(approval, null, { id: 'asks' })
  await once(client, 'asks', ({ status }) => status === 'waiting')

  const ids = async (filter: Parameters<RunClient['list']>[0]): Promise<string[]> =>
    (await client.list(filter)).runs.map(({ id }) => id).toSorted()
  expect(await ids({})).toEqual(['asks', 'done-1', 'done-2', 'done-3'])
  expect(await ids({ workflow: 'approval' })).toEqual(['asks'])
  expect(await ids({ status: ['waiting'] })).toEqual(['asks'])
  expect(await ids({ status: ['running', 'failed', 'cancelled'] })).toEqual([])
  expect(await ids({ tags: { n: '2' } })).toEqual(['done-2'])
  const { createdAt = '' } = (await client.get('asks')) ?? {}
  expect(await ids({ createdFrom: new Date(createdAt) })).toContain('asks')
  expect(await ids({ createdFrom: new Date(Date.parse(createdAt) + 1) })).toEqual([])
  expect((await client.list({ workflow: 'greet' })).runs[0]).not.toHaveProperty('output')
  expect((await client.list({ workflow: 'greet', withData: true })).runs[0]).toMatchObject({
    output: 'Hello Ada',
  })

  const seen: string[] = []
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await client.list({ limit: 1, workflow: 'greet', ...(cursor !== undefined && { cursor }) })
    expect(page.runs.length).toBeLessThanOrEqual(1)
    seen.push(...page.runs.map(({ id }) => id))
    cursor = page.cursor
  }
  expect(seen.toSorted()).toEqual(['done-1', 'done-2', 'done-3'])
  await expect(client.list({ cursor: 'x' })).rejects.toMatchObject({ code: 'usage' })
})

test('the parts of a run are not runs of their own: they are not listed and not tried again', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub, { activities: { echo: (input: unknown) => input } })
  const whole = compiled(`
name: whole
steps:
  - forEach:
      in: \${ [1..3] }
      isolate: true
      steps: [{ call: echo, with: { n: 1 } }]
`)
  const { id } = await client.start(whole, null)
  expect((await client.wait(id)).status).toBe('completed')
  expect((await client.list()).runs.map((run) => run.id)).toEqual([id])
  const children = (await client.history(id)).filter(({ type }) => type === 'childStarted')
  expect(children).toMatchObject([{ data: { runId: expect.any(String) } }, {}, {}])
  const [first] = children
  const part = first?.data !== undefined && isJsonObject(first.data) ? first.data['runId'] : undefined
  if (typeof part !== 'string') throw new Error('a part has no id')
  expect(await client.get(part)).toMatchObject({ status: 'completed', parent: id })
  await expect(client.retry(part)).rejects.toThrow(`is a part of run "${id}"`)
})

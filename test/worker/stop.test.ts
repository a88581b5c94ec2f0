import { expect, test } from 'vitest'
import { openClient } from '../../engine/client/open-client.ts'
import { connectHub } from '../../engine/hub/connect.ts'
import { openWorker } from '../../engine/worker/open-worker.ts'
import { untilAborted } from '../support/activity-host.ts'
import { clientOf, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const one = compiled(`
name: one
steps:
  - call: it
    with: {}
`)

test('a call that a worker could not end is made again by the next, and one that it ended is not', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const made: string[] = []
  const begun = Promise.withResolvers<void>()
  const first = await workerOf(hub, {
    activities: {
      quick: () => made.push('quick'),
      slow: (input, context) => (made.push('slow'), begun.resolve(), untilAborted(input, context)),
    },
  })
  const two = compiled(`
name: two
steps:
  - call: quick
    with: {}
  - call: slow
    with: {}
`)
  const { id } = await client.start(two, null)
  await begun.promise
  await first.stop()
  expect((await client.get(id))?.status).toBe('running')
  await workerOf(hub, {
    activities: { quick: () => made.push('quick again'), slow: () => made.push('slow again') },
  })
  expect((await client.wait(id)).status).toBe('completed')
  expect(made).toEqual(['quick', 'slow', 'slow again'])
})

test('what a handler still returns while its worker stops is kept', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const begun = Promise.withResolvers<void>()
  const ending = Promise.withResolvers<string>()
  const first = await workerOf(hub, { activities: { it: () => (begun.resolve(), ending.promise) } })
  const { id } = await client.start(one, null)
  await begun.promise
  const stopped = first.stop()
  ending.resolve('written')
  await stopped
  await workerOf(hub, { activities: { it: () => 'written twice' } })
  expect((await client.wait(id)).output).toBe('written')
})

test('a worker that stops takes no more work, and takes no longer than its grace', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const begun = Promise.withResolvers<void>()
  const first = await workerOf(hub, { activities: { it: () => (begun.resolve(), new Promise(() => {})) } })
  const { id } = await client.start(one, null)
  await begun.promise
  await first.stop({ graceMs: 10 })
  await workerOf(hub, { activities: { it: () => 'heard' } })
  expect((await client.wait(id)).output).toBe('heard')
})

test('two workers share the calls of a run', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const served: string[] = []
  for (const worker of ['a', 'b'])
    await workerOf(hub, { activities: { work: () => void served.push(worker) } })
  const fan = compiled(`
name: fan
steps:
  - forEach:
      in: \${ [1..20] }
      concurrency: 20
      steps: [{ call: work, with: {} }]
`)
  expect((await client.wait((await client.start(fan, null)).id)).status).toBe('completed')
  expect(served).toHaveLength(20)
})

test('a worker that never found its hub stops at once', async () => {
  const hub = await connectHub('Endpoint=http://127.0.0.1:1;Authentication=None;TaskHub=default')
  const worker = await openWorker(hub, {
    activities: {},
    definitions: () => [],
    client: await openClient(hub),
  })
  const begun = performance.now()
  await worker.stop()
  expect(performance.now() - begun).toBeLessThan(1_000)
})

test('over the network too, what a handler still returns while its worker stops is kept', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const port = await hub.listen('127.0.0.1:0')
  const remote = await connectHub(`Endpoint=http://127.0.0.1:${port};Authentication=None;TaskHub=default`)
  const begun = Promise.withResolvers<void>()
  const ending = Promise.withResolvers<string>()
  const far = await openWorker(remote, {
    activities: { it: () => (begun.resolve(), ending.promise) },
    definitions: () => [],
    client: await openClient(remote),
  })
  const { id } = await client.start(one, null)
  await begun.promise
  const stopped = far.stop()
  ending.resolve('written')
  await stopped
  await workerOf(hub, { activities: { it: () => 'written twice' } })
  expect((await client.wait(id)).output).toBe('written')
})

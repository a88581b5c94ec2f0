import { expect, test } from 'vitest'
import { clientOf, once, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const waits = compiled(`
name: waits
steps:
  - id: go
    waitFor: { event: go, timeout: 1h }
`)

/** Cleans up for as long as a hub does not tell it to stop. */
const stubborn = compiled(`
name: stubborn
steps:
  - wait: 1h
finally:
  - wait: 1h
`)

test('a cancelled run cleans up and is cancelled', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf(hub)
  const { id } = await client.start(waits, null)
  await once(client, id, ({ status }) => status === 'running')
  await client.cancel(id)
  expect(await client.wait(id)).toMatchObject({ status: 'cancelled', error: { type: 'cancelled' } })
})

test('a run that nobody has begun yet is cancelled once somebody does', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  const { id } = await client.start(waits, null)
  await client.cancel(id)
  await workerOf(hub)
  expect((await client.wait(id)).status).toBe('cancelled')
})

test('a second cancel ends a run at once, whoever asked first', async () => {
  const hub = await hubForTest()
  const [client, other] = [await clientOf(hub), await clientOf(hub)]
  await workerOf(hub)
  const first = await client.start(stubborn, null)
  await client.cancel(first.id)
  await once(client, first.id, ({ report }) => report.cancelling === true)
  await other.cancel(first.id, { reason: 'enough' })
  expect(await client.wait(first.id)).toMatchObject({ status: 'cancelled', error: { message: 'enough' } })

  const second = await client.start(stubborn, null)
  await client.cancel(second.id)
  await client.cancel(second.id)
  expect((await client.wait(second.id)).error?.message).toBe('The run was cancelled a second time')
})

test('a run that does not clean up in time is ended', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub, { cancelGraceMs: 20 })
  await workerOf(hub)
  const { id } = await client.start(stubborn, null)
  await once(client, id, ({ status }) => status === 'running')
  await client.cancel(id)
  expect((await client.wait(id)).error?.message).toBe('The run did not clean up in time')
})

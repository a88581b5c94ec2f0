import { expect, test } from 'vitest'
import { clientOf, workerOf } from '../support/company.ts'
import { compiled } from '../support/compiled.ts'
import { hubForTest } from '../support/hub.ts'

const one = compiled(`
name: one
steps:
  - call: it
    with: {}
`)

test('a result that the hub would not take is refused by the worker, with its size', async () => {
  const hub = await hubForTest()
  const client = await clientOf(hub)
  await workerOf({ ...hub, messageBytes: 2048 }, { activities: { it: () => 'x'.repeat(3000) } })
  const { id } = await client.start(one, null)
  expect((await client.wait(id)).error).toMatchObject({
    type: 'limit.size',
    message: expect.stringContaining('returned 3 KiB, and 2 KiB is the most'),
  })
})

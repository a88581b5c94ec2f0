import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshRoot } from '../activities/root.ts'
import { runSample, sampleEngine } from './running.ts'

const root = freshRoot()

/** What the shop has on record. */
function records(drawer: string): unknown[] {
  const folder = join(root(), '.longhaul/shop', drawer)
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names.map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

test('an order is reserved, charged and shipped', async () => {
  const run = await runSample(await sampleEngine(root()), 'order-processing', { orderId: 'A-1' })
  expect(run).toMatchObject({ status: 'completed', output: { orderId: 'A-1', status: 'shipped', total: 25 } })
  expect(records('charges')).toMatchObject([{ orderId: 'A-1', amount: 25, status: 'charged' }])
  expect(records('shipments')).toMatchObject([{ orderId: 'A-1', country: 'CH' }])
  expect(records('reservations')).toEqual([])
})

test('a bank that is out of order for a while is asked again, and charges once', async () => {
  const order = { orderId: 'A-2', card: 'tok_flaky', items: [{ sku: 'tea-black' }] }
  const run = await runSample(await sampleEngine(root()), 'order-processing', order)
  expect(run.output).toMatchObject({ status: 'shipped', total: 5.9 })
  expect(records('charges')).toHaveLength(1)
})

test.for([
  ['the card is declined', { card: 'tok_declined' }, 'The bank declined to pay 25.00 EUR', []],
  [
    'the carrier does not go there',
    { address: { name: 'Ada', city: 'McMurdo', country: 'AQ' } },
    'The carrier does not serve "AQ"',
    [{ status: 'refunded' }],
  ],
  [
    'one article is sold out',
    { items: [{ sku: 'tea-green' }, { sku: 'pot-iron', quantity: 2 }] },
    '2 of "pot-iron" were asked for and 1 are left',
    [],
  ],
] as const)(
  'when %s, everything before is undone and the reason is told',
  async ([, change, reason, charges]) => {
    const run = await runSample(await sampleEngine(root()), 'order-processing', { orderId: 'A-3', ...change })
    expect(run).toMatchObject({ status: 'completed', output: { orderId: 'A-3', status: 'rejected', reason } })
    expect(records('charges')).toMatchObject(charges)
    expect(records('reservations')).toEqual([])
    expect(records('shipments')).toEqual([])
  },
)

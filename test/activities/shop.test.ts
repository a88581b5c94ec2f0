import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { perform } from './perform.ts'
import { freshRoot } from './root.ts'

const root = freshRoot()
afterEach(() => vi.useRealTimers())

const drawer = (name: string): string[] => readdirSync(join(root(), '.longhaul/shop', name))
const reserve = (key: string, sku = 'mug-blue', quantity = 1) =>
  perform('inventory.reserve', { sku, quantity }, { idempotencyKey: key })
const charge = (key: string, card = 'tok_visa', attempt = 1) =>
  perform('payment.charge', { orderId: 'O1', amount: 12.5, card }, { idempotencyKey: key, attempt })

describe('the warehouse', () => {
  test('a call that is delivered twice reserves once', async () => {
    const first = await reserve('a')
    expect(await reserve('a')).toEqual(first)
    expect(first).toMatchObject({ sku: 'mug-blue', quantity: 1, price: 12 })
    expect(drawer('reservations')).toHaveLength(1)
  })

  test('what is not there is not reserved, and the reservation before it stays', async () => {
    await reserve('a', 'mug-blue', 38)
    await expect(reserve('b', 'mug-blue', 3)).rejects.toMatchObject({
      type: 'inventory.outOfStock',
      data: { sku: 'mug-blue', quantity: 3, available: 2 },
      retryable: false,
    })
    await reserve('c', 'mug-blue', 2)
    expect(drawer('reservations')).toHaveLength(2)
  })

  test('of many who want the last one at once, at most one gets it', async () => {
    const asked = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((key) => reserve(key, 'pot-iron')))
    const got = asked.filter(({ status }) => status === 'fulfilled').length
    expect(got).toBeLessThanOrEqual(1)
    expect(drawer('reservations')).toHaveLength(got)
  })

  test('a reservation can be released, twice too, and then the goods are there again', async () => {
    const { id } = Object(await reserve('a', 'pot-iron'))
    const release = () => perform('inventory.release', { reservationId: id })
    expect([await release(), await release()]).toEqual([null, null])
    expect(await reserve('b', 'pot-iron')).toMatchObject({ sku: 'pot-iron' })
  })

  test('a reservation that nobody ended lapses', async () => {
    await reserve('a', 'pot-iron')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 })
    expect(await reserve('b', 'pot-iron')).toMatchObject({ sku: 'pot-iron' })
  })

  test('an article that it does not have is told with those that it has', async () => {
    await expect(reserve('a', 'tea-white')).rejects.toMatchObject({
      type: 'inventory.unknownSku',
      message: 'There is no article "tea-white"; there are tea-green, tea-black, mug-blue, pot-iron',
      retryable: false,
    })
  })
})

describe('the bank', () => {
  test('a call that is delivered twice charges once', async () => {
    const first = await charge('a')
    expect(await charge('a')).toEqual(first)
    expect(await charge('b')).not.toEqual(first)
    expect(drawer('charges')).toHaveLength(2)
  })

  test('a flaky card pays at the third attempt', async () => {
    const unavailable = { type: 'payment.unavailable', retryable: true }
    await expect(charge('a', 'tok_flaky', 1)).rejects.toMatchObject(unavailable)
    await expect(charge('a', 'tok_flaky', 2)).rejects.toMatchObject(unavailable)
    expect(await charge('a', 'tok_flaky', 3)).toMatchObject({ status: 'charged', amount: 12.5 })
  })

  test('a declined card is declined for good', async () => {
    await expect(charge('a', 'tok_declined')).rejects.toMatchObject({
      type: 'payment.declined',
      message: 'The bank declined to pay 12.50 EUR',
      retryable: false,
    })
  })

  test('refunding twice is refunding once, and a late delivery of the charge does not charge again', async () => {
    const { id } = Object(await charge('a'))
    const refund = () => perform('payment.refund', { chargeId: id })
    expect(await refund()).toMatchObject({ id, status: 'refunded' })
    expect(await refund()).toMatchObject({ id, status: 'refunded' })
    expect(await charge('a')).toMatchObject({ id, status: 'refunded' })
    await expect(perform('payment.refund', { chargeId: `ch_${'0'.repeat(16)}` })).rejects.toMatchObject({
      type: 'payment.unknownCharge',
      retryable: false,
    })
  })
})

describe('the carrier', () => {
  const parcel = { orderId: 'O1', name: 'Ada', city: 'Bern', country: 'CH' }

  test('takes the goods, once, and they are no longer held', async () => {
    const { id } = Object(await reserve('a'))
    const book = () => perform('shipping.book', { ...parcel, reservationIds: [id] })
    const booked = Object(await book())
    expect(await book()).toEqual(booked)
    expect(drawer('reservations')).toEqual([])
    expect(drawer('shipments')).toEqual([`${booked.tracking}.json`])
    const shipment = readFileSync(join(root(), '.longhaul/shop/shipments', `${booked.tracking}.json`), 'utf8')
    expect(JSON.parse(shipment)).toEqual({ tracking: booked.tracking, ...parcel })
  })

  test('does not go everywhere', async () => {
    const book = perform('shipping.book', { ...parcel, country: 'AQ', reservationIds: [] })
    await expect(book).rejects.toMatchObject({ type: 'shipping.notServed', retryable: false })
  })
})

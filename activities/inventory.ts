import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import { dropRecord, keepRecord, recordId, recordsIn } from './shop-records.ts'

/** What the simulated warehouse has: how many, and for how much each. */
const goods: Readonly<Record<string, { readonly stock: number; readonly price: number }>> = {
  'tea-green': { stock: 500, price: 6.5 },
  'tea-black': { stock: 500, price: 5.9 },
  'mug-blue': { stock: 40, price: 12 },
  'pot-iron': { stock: 1, price: 89 },
}

/** How long goods are set aside; a run that lost its way must not keep them for ever. */
const heldMs = 15 * 60_000

interface Reservation {
  readonly id: string
  readonly sku: string
  readonly quantity: number
  /** ISO 8601. */
  readonly heldUntil: string
}

interface ReserveInput {
  readonly sku: string
  readonly quantity: number
}

/** `inventory.reserve`: sets goods aside first and counts then, so that two who want the last one never both get it. */
export const inventoryReserve: ActivityDefinition = {
  description:
    'Sets goods aside in the simulated warehouse for 15 minutes. It knows tea-green, tea-black, mug-blue and pot-iron. Errors: inventory.unknownSku, inventory.outOfStock.',
  input: {
    type: 'object',
    required: ['sku', 'quantity'],
    additionalProperties: false,
    properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
  },
  output: {
    type: 'object',
    required: ['id', 'sku', 'quantity', 'price'],
    properties: {
      id: { type: 'string' },
      sku: { type: 'string' },
      quantity: { type: 'integer' },
      price: { type: 'number', description: 'Of one, in EUR.' },
    },
  },
  run: async ({ sku, quantity }: ReserveInput, { idempotencyKey, signal }: ActivityContext) => {
    const article = goods[sku]
    if (!article) throw unknownSku(sku)
    signal.throwIfAborted()
    const id = recordId('res', idempotencyKey)
    const now = Date.now()
    const reservation: Reservation = { id, sku, quantity, heldUntil: new Date(now + heldMs).toISOString() }
    await keepRecord('reservations', id, reservation)
    const held = (await recordsIn<Reservation>('reservations'))
      .filter((other) => other.sku === sku && Date.parse(other.heldUntil) > now)
      .reduce((total, other) => total + other.quantity, 0)
    if (held <= article.stock) return { id, sku, quantity, price: article.price }
    await dropRecord('reservations', id)
    throw outOfStock(sku, quantity, Math.max(0, article.stock - held + quantity))
  },
}

/** `inventory.release`: releasing what is no longer held is fine, so it can be repeated. */
export const inventoryRelease: ActivityDefinition = {
  description: 'Gives goods that were set aside back to the simulated warehouse.',
  input: {
    type: 'object',
    required: ['reservationId'],
    additionalProperties: false,
    properties: { reservationId: { type: 'string', pattern: '^res_[0-9a-f]{16}$' } },
  },
  output: { type: 'null' },
  run: async ({ reservationId }: { reservationId: string }) => {
    await dropRecord('reservations', reservationId)
    return null
  },
}

function unknownSku(sku: string): ActivityError {
  const known = Object.keys(goods)
  return new ActivityError(
    'inventory.unknownSku',
    `There is no article "${sku}"; there are ${known.join(', ')}`,
    {
      data: { sku, known },
      retryable: false,
    },
  )
}

function outOfStock(sku: string, quantity: number, available: number): ActivityError {
  return new ActivityError(
    'inventory.outOfStock',
    `${quantity} of "${sku}" were asked for and ${available} are left`,
    {
      data: { sku, quantity, available },
      retryable: false,
    },
  )
}

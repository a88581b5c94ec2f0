import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import { keepRecord, recordId, recordOf } from './shop-records.ts'

interface Charge {
  readonly id: string
  readonly orderId: string
  readonly amount: number
  readonly status: 'charged' | 'refunded'
}

interface ChargeInput {
  readonly orderId: string
  readonly amount: number
  readonly card: string
}

const charge = {
  type: 'object',
  required: ['id', 'orderId', 'amount', 'status'],
  properties: {
    id: { type: 'string' },
    orderId: { type: 'string' },
    amount: { type: 'number' },
    status: { enum: ['charged', 'refunded'] },
  },
} as const

/** `payment.charge`: the same idempotency key never charges twice, as with the payment services of this world. */
export const paymentCharge: ActivityDefinition = {
  description:
    'Charges a card at the simulated bank: tok_visa pays, tok_declined is declined (payment.declined), tok_flaky finds the bank out of order twice (payment.unavailable) and then pays.',
  input: {
    type: 'object',
    required: ['orderId', 'amount', 'card'],
    additionalProperties: false,
    properties: {
      orderId: { type: 'string' },
      amount: { type: 'number', exclusiveMinimum: 0, description: 'In EUR.' },
      card: { type: 'string', description: 'A token that stands for a card; never its number.' },
    },
  },
  output: charge,
  run: async ({ orderId, amount, card }: ChargeInput, context: ActivityContext) => {
    context.signal.throwIfAborted()
    const id = recordId('ch', context.idempotencyKey)
    const before = await recordOf<Charge>('charges', id)
    if (before) return before
    if (card === 'tok_flaky' && context.attempt < 3) {
      throw new ActivityError('payment.unavailable', 'The bank is out of order', { data: { orderId } })
    }
    if (card !== 'tok_visa' && card !== 'tok_flaky') throw declined(orderId, amount)
    const made: Charge = { id, orderId, amount, status: 'charged' }
    await keepRecord('charges', id, made)
    return made
  },
}

/** `payment.refund`: refunding twice is refunding once. */
export const paymentRefund: ActivityDefinition = {
  description: 'Pays a charge of the simulated bank back. Error: payment.unknownCharge.',
  input: {
    type: 'object',
    required: ['chargeId'],
    additionalProperties: false,
    properties: { chargeId: { type: 'string', pattern: '^ch_[0-9a-f]{16}$' } },
  },
  output: charge,
  run: async ({ chargeId }: { chargeId: string }) => {
    const made = await recordOf<Charge>('charges', chargeId)
    if (!made) {
      throw new ActivityError('payment.unknownCharge', `There is no charge "${chargeId}"`, {
        data: { chargeId },
        retryable: false,
      })
    }
    const refunded: Charge = { ...made, status: 'refunded' }
    await keepRecord('charges', chargeId, refunded)
    return refunded
  },
}

function declined(orderId: string, amount: number): ActivityError {
  return new ActivityError('payment.declined', `The bank declined to pay ${amount.toFixed(2)} EUR`, {
    data: { orderId, amount },
    retryable: false,
  })
}

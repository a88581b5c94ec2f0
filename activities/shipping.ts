import { ActivityError, type ActivityContext, type ActivityDefinition } from '../engine/index.ts'
import { dropRecord, keepRecord, recordId } from './shop-records.ts'

const served: readonly string[] = ['AT', 'BE', 'CH', 'DE', 'DK', 'ES', 'FR', 'IT', 'NL', 'PL']

interface BookInput {
  readonly orderId: string
  readonly name: string
  readonly city: string
  readonly country: string
  readonly reservationIds: readonly string[]
}

/** `shipping.book`: the last thing to do for an order, since nothing undoes it. */
export const shippingBook: ActivityDefinition = {
  description:
    'Books a parcel with the simulated carrier and hands it the goods that were set aside. It serves AT, BE, CH, DE, DK, ES, FR, IT, NL and PL. Error: shipping.notServed.',
  input: {
    type: 'object',
    required: ['orderId', 'name', 'city', 'country', 'reservationIds'],
    additionalProperties: false,
    properties: {
      orderId: { type: 'string' },
      name: { type: 'string' },
      city: { type: 'string' },
      country: { type: 'string', pattern: '^[A-Z]{2}$' },
      reservationIds: { type: 'array', items: { type: 'string', pattern: '^res_[0-9a-f]{16}$' } },
    },
  },
  output: {
    type: 'object',
    required: ['tracking'],
    properties: { tracking: { type: 'string' } },
  },
  run: async ({ reservationIds, ...parcel }: BookInput, { idempotencyKey, signal }: ActivityContext) => {
    if (!served.includes(parcel.country)) {
      throw new ActivityError('shipping.notServed', `The carrier does not serve "${parcel.country}"`, {
        data: { country: parcel.country, served: [...served] },
        retryable: false,
      })
    }
    signal.throwIfAborted()
    const tracking = recordId('parcel', idempotencyKey)
    await keepRecord('shipments', tracking, { tracking, ...parcel })
    for (const id of reservationIds) await dropRecord('reservations', id)
    return { tracking }
  },
}

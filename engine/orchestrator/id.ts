import { diceFor } from '../expressions/dice.ts'
import type { Machine } from './machine.ts'

/** A UUID (version 8, RFC 9562 §5.8) that depends on nothing but `seed`. */
export function idFor(seed: string): string {
  const dice = diceFor(seed)
  let hex = ''
  for (let at = 0; at < 32; at += 1) hex += digits[Math.floor(dice() * 16)]
  const variant = digits[8 + Math.floor(dice() * 4)]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

const digits = '0123456789abcdef'

/**
 * The id of a run that this one starts. It begins as the run's own does, so that whoever keeps both in order of their
 * ids finds them together; until revision 1 it did not.
 */
export function idInside({ runId, state }: Pick<Machine, 'runId' | 'state'>, what: string): string {
  const id = idFor(`${runId}/${what}`)
  if (state.start.revision === undefined) return id
  const family = isUuid.test(runId) ? runId : idFor(runId)
  return family.slice(0, familyLength) + id.slice(familyLength)
}

const isUuid = /^[\da-f]{8}-[\da-f]{4}-/

/** The first 48 bits: in a UUID of version 7 its time. */
const familyLength = 13

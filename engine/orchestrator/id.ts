import { diceFor } from '../expressions/dice.ts'

/** A UUID (version 8, RFC 9562 §5.8) that depends on nothing but `seed`. */
export function idFor(seed: string): string {
  const dice = diceFor(seed)
  const hex = Array.from({ length: 32 }, () => Math.floor(dice() * 16).toString(16))
  hex[12] = '8'
  hex[16] = (8 + Math.floor(dice() * 4)).toString(16)
  const text = hex.join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  )
}

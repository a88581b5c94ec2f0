import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import type { Dict, Value } from '../value.ts'
import type { Functions } from './functions.ts'
import { native } from './native.ts'

const longestPicture = 200

/** JSONata's own functions on pictures of numbers, given only what they can handle. */
export const numbers: Functions = {
  formatNumber(_frame: Frame, number?: number, picture = '', options?: Dict) {
    vet(picture)
    for (const [name, value] of Object.entries(options ?? {}))
      if (typeof value !== 'string' || value === '')
        throw new Fault(
          'expression.type',
          `The option "${name}" of $formatNumber() is a character, not ${shown(value)}`,
        )
    return native('formatNumber').implementation.call(none, number, picture, options)
  },

  formatInteger(_frame: Frame, number?: number, picture = '') {
    vet(picture)
    // JSONata writes an M for every thousand, each in a call of its own.
    if (/^i(?:;|$)/i.test(picture) && number !== undefined && Math.abs(number) > mostRoman)
      throw new Fault('expression.limit', `Roman numbers end at ${mostRoman}, before ${shown(number)}`)
    return native('formatInteger').implementation.call(none, number, picture)
  },

  parseInteger(_frame: Frame, text?: string, picture = '') {
    vet(picture)
    const number: Value = native('parseInteger').implementation.call(none, text, picture)
    if (typeof number !== 'number' || Number.isFinite(number)) return number
    throw new Fault('expression.failed', `${shown(text)} is no number of the picture ${shown(picture)}`)
  },
}

const mostRoman = 100_000

/** These functions look at nothing but what they are passed. */
const none = { environment: { timestamp: new Date(0) }, createSequence: (...items: Value[]) => items }

function vet(picture: string): void {
  if (picture.length > longestPicture)
    throw new Fault('expression.limit', `A picture has more than ${longestPicture} characters`)
}

import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import type { Meter } from '../meter.ts'
import { stringOf } from '../text.ts'
import type { Value } from '../value.ts'
import type { Functions } from './functions.ts'

/** Functions on texts. Where JSONata has them, they give what its own give, but count what they do. */
export const texts: Functions = {
  string: (frame: Frame, value: Value, pretty?: boolean) =>
    value === undefined ? undefined : stringOf(value, frame.evaluation.meter, pretty),

  length: (frame: Frame, text?: string) =>
    text === undefined ? undefined : lengthOf(text, frame.evaluation.meter),

  substring(frame: Frame, text?: string, start = 0, length?: number) {
    if (text === undefined) return undefined
    const { meter } = frame.evaluation
    const size = lengthOf(text, meter)
    const from = size + start < 0 ? 0 : start
    if (length === undefined) return sliceOf(text, from, size, meter)
    if (length <= 0) return ''
    return sliceOf(text, from, from >= 0 ? from + length : size + from + length, meter)
  },

  pad(frame: Frame, text?: string, width = 0, char = ' ') {
    if (text === undefined) return undefined
    const { meter } = frame.evaluation
    const missing = Math.abs(Math.trunc(width)) - lengthOf(text, meter)
    if (!(missing > 0)) return text
    meter.text(text.length + missing)
    const unit = char === '' ? ' ' : char
    const times = Math.ceil(missing / lengthOf(unit, meter))
    meter.text(times * unit.length)
    const padding = sliceOf(unit.repeat(times), 0, missing, meter)
    return width > 0 ? text + padding : padding + text
  },

  join(frame: Frame, list?: readonly string[], separator = '') {
    if (list === undefined) return undefined
    const { meter } = frame.evaluation
    meter.text(list.reduce((total, text) => total + text.length + separator.length, 0))
    return list.join(separator)
  },

  parse(frame: Frame, text?: string) {
    if (text === undefined) return undefined
    // What is read takes more room than its text.
    frame.evaluation.meter.make(8 * text.length)
    try {
      const value: Value = JSON.parse(text)
      return value
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      // The host's own message differs between hosts, and a replay must not.
      throw new Fault('expression.failed', `${shown(text)} is no JSON`)
    }
  },
}

const surrogate = /[\ud800-\udfff]/

/** How many characters `text` has: a pair of surrogates is one. */
function lengthOf(text: string, meter: Meter): number {
  meter.read(text.length / 8)
  if (!surrogate.test(text)) return text.length
  // Each high surrogate with a low one behind it is one character of two units.
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0)
}

/** `text.slice`, in characters. */
function sliceOf(text: string, start: number, end: number, meter: Meter): string {
  meter.text(text.length)
  if (!surrogate.test(text)) return text.slice(start, end)
  meter.make(48 * text.length)
  return Array.from(text).slice(start, end).join('')
}

import { apply } from '../call.ts'
import type { Callable } from '../callable.ts'
import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import { type Found, Matches } from '../matching.ts'
import type { Meter } from '../meter.ts'
import { dictOf, sequenceOf } from '../value.ts'
import type { Functions } from './functions.ts'

/** Functions that look for texts and regexes in texts. */
export const searches: Functions = {
  contains(frame: Frame, text?: string, part?: string | Callable) {
    if (text === undefined || part === undefined) return undefined
    frame.evaluation.meter.read(text.length / 8)
    return typeof part === 'string'
      ? text.includes(part)
      : new Matches(part, text, frame).current !== undefined
  },

  match(frame: Frame, text?: string, regex?: Callable, limit = Infinity) {
    if (text === undefined || regex === undefined) return undefined
    const found = sequenceOf([])
    for (const { match, start, groups } of few(regex, text, atLeastZero(limit, 'third'), frame)) {
      found.push(
        dictOf([
          ['match', match],
          ['index', start],
          ['groups', groups],
        ]),
      )
      frame.evaluation.meter.object(3)
    }
    return found
  },

  replace(frame: Frame, text?: string, part?: string | Callable, by?: string | Callable, limit = Infinity) {
    if (text === undefined) return undefined
    if (part === undefined || by === undefined)
      throw missing(part === undefined ? 'second' : 'third', 'replace')
    if (part === '') throw new Fault('expression.failed', 'An empty text cannot be replaced')
    const most = atLeastZero(limit, 'fourth')
    const { meter } = frame.evaluation
    meter.read(text.length / 8)
    if (typeof part !== 'string') return replaceMatches(text, few(part, text, most, frame), by, frame)
    if (most === 0 || !text.includes(part)) return text
    if (typeof by !== 'string')
      throw new Fault('expression.type', 'A text is replaced by a text; only a regex by a function')
    return replaceText(text, part, by, most, meter)
  },

  split(frame: Frame, text?: string, separator?: string | Callable, limit = Infinity) {
    if (text === undefined) return undefined
    if (separator === undefined) throw missing('second', 'split')
    const most = atLeastZero(limit, 'third')
    const { meter } = frame.evaluation
    // Each piece is a text of its own.
    if (typeof separator === 'string') {
      meter.make(text.length * (separator === '' ? 40 : 2))
      const pieces = text.split(separator, Number.isFinite(most) ? most : undefined)
      meter.make(pieces.length * 40)
      return pieces
    }
    const pieces: string[] = []
    let at = 0
    for (const { start, end } of few(separator, text, most, frame)) {
      meter.make(40)
      pieces.push(text.slice(at, start))
      at = end
    }
    if (pieces.length < most) pieces.push(text.slice(at))
    return pieces
  },
}

/** The first `most` matches. The one behind them is looked for too, as JSONata does. */
function* few(by: Callable, text: string, most: number, frame: Frame): Iterable<Found> {
  if (most <= 0) return
  const matches = new Matches(by, text, frame)
  for (let count = 0; count < most; count++) {
    const { current } = matches
    if (!current) return
    yield current
    matches.advance()
  }
}

function missing(which: string, name: string): Fault {
  return new Fault('expression.type', `The ${which} argument of $${name}() is missing`)
}

function atLeastZero(limit: number, which: string): number {
  if (limit >= 0) return limit
  throw new Fault('expression.failed', `The ${which} argument, a limit, is at least 0, not ${shown(limit)}`)
}

function replaceText(text: string, part: string, by: string, most: number, meter: Meter): string {
  const pieces: string[] = []
  let [at, length] = [0, text.length]
  for (
    let next = text.indexOf(part);
    next !== -1 && pieces.length / 2 < most;
    next = text.indexOf(part, at)
  ) {
    pieces.push(text.slice(at, next), by)
    at = next + part.length
    length += by.length - part.length
    meter.make(64)
    meter.fits(length)
  }
  meter.text(length)
  return pieces.join('') + text.slice(at)
}

function replaceMatches(text: string, matches: Iterable<Found>, by: string | Callable, frame: Frame): string {
  const { meter } = frame.evaluation
  let [at, result] = [0, '']
  for (const found of matches) {
    const replacement = typeof by === 'string' ? filledIn(by, found) : apply(by, [found.raw], null, frame)
    if (typeof replacement !== 'string')
      throw new Fault('expression.type', `A match is replaced by a text, not by ${shown(replacement)}`)
    result += text.slice(at, found.start) + replacement
    at = found.start + found.match.length
    meter.make(64 + 2 * replacement.length)
    meter.fits(result.length)
  }
  meter.text(result.length + text.length - at)
  return result + text.slice(at)
}

/** `template` with `$0`, `$1` … filled in as JSONata does: of the digits behind `$` only as many count as there are groups for. */
function filledIn(template: string, { match, groups }: Found): string {
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log10(groups.length)) + 1
  let result = ''
  let at = 0
  for (let next = template.indexOf('$'); next !== -1; next = template.indexOf('$', at)) {
    result += template.slice(at, next)
    at = next + 1
    const mark = template[at]
    if (mark === '$' || mark === '0') {
      result += mark === '$' ? '$' : match
      at++
      continue
    }
    const group = groupAt(template, at, digits, groups.length)
    if (Number.isNaN(group)) result += '$'
    else {
      const text = groups[group - 1]
      result += typeof text === 'string' ? text : ''
      at += String(group).length
    }
  }
  return result + template.slice(at)
}

function groupAt(template: string, at: number, digits: number, groups: number): number {
  const group = Number.parseInt(template.slice(at, at + digits), 10)
  return digits > 1 && group > groups ? Number.parseInt(template.slice(at, at + digits - 1), 10) : group
}

import { parseDuration, parseTimestamp } from '../duration.ts'
import { Fault, shown } from '../fault.ts'
import type { Frame } from '../frame.ts'
import type { Dict, Value } from '../value.ts'
import { toJson } from '../../json.ts'
import type { Functions } from './functions.ts'
import { type Focus, native } from './native.ts'

/** Functions on time. Their clock is that of the evaluation, and no host's time zone matters. */
export const times: Functions = {
  now: (frame: Frame, picture?: string, timezone?: string) =>
    format(frame, clockOf(frame, 'now'), picture, timezone),

  millis: (frame: Frame) => clockOf(frame, 'millis'),

  fromMillis: (frame: Frame, millis?: number, picture?: string, timezone?: string) =>
    millis === undefined ? undefined : format(frame, millis, picture, timezone),

  toMillis(frame: Frame, timestamp?: string, picture?: string) {
    if (timestamp === undefined) return undefined
    const millis = picture === undefined ? isoMillis(timestamp) : parsed(frame, timestamp, picture)
    if (typeof millis !== 'number' || Number.isFinite(millis)) return millis
    throw new Fault('expression.failed', `${shown(timestamp)} is no timestamp`)
  },

  addTime(_frame: Frame, timestamp?: number | string, duration?: Dict | string) {
    if (timestamp === undefined || duration === undefined) return undefined
    const start = typeof timestamp === 'number' ? timestamp : parseTimestamp(timestamp)
    if (start === undefined)
      throw new Fault(
        'expression.type',
        `$addTime() cannot read ${shown(timestamp)}`,
        'a timestamp is written as 2030-01-31T12:00:00Z',
      )
    const isBack = typeof duration === 'string' && duration.startsWith('-')
    const ms = parseDuration(toJson(isBack ? duration.slice(1) : duration))
    if (ms === undefined)
      throw new Fault(
        'expression.type',
        `$addTime() cannot read ${shown(duration)}`,
        'a duration is written as 1h30m, -2d or PT1H',
      )
    const sum = new Date(start + (isBack ? -ms : ms))
    if (Number.isNaN(sum.getTime()))
      throw new Fault('expression.failed', '$addTime() leaves the years that a timestamp can hold')
    return sum.toISOString()
  },
}

function clockOf({ evaluation }: Frame, name: string): number {
  if (evaluation.now !== undefined) return evaluation.now
  throw new Fault(
    'expression.failed',
    `There is no clock for $${name}() here`,
    'ask it in a step of the workflow',
  )
}

function format(
  frame: Frame,
  millis: number,
  picture: string | undefined,
  timezone: string | undefined,
): Value {
  if (picture !== undefined) vet(picture)
  if (!(Math.abs(millis) <= 8.64e15)) throw new Fault('expression.failed', `${shown(millis)} is no instant`)
  return native('fromMillis').implementation.call(focusOf(frame), millis, picture, timezone)
}

/** JSONata leaves a time without a zone to the host's; here it is UTC. */
function isoMillis(timestamp: string): number {
  const form =
    /^\d{4}(?:-[01]\d)?(?:-[0-3]\d)?(?<time>T[0-2]\d:[0-5]\d:[0-5]\d)?(?<fraction>\.\d+)?(?<zone>[+-][0-2]\d:?[0-5]\d|Z)?$/
  const parts = form.exec(timestamp)?.groups
  if (!parts) throw new Fault('expression.failed', `${shown(timestamp)} is no ISO 8601 timestamp`)
  const { time, fraction, zone } = parts
  // What only the host's own habits can read is nothing that every host reads alike.
  if (time === undefined)
    return fraction === undefined && zone === undefined ? Date.parse(timestamp) : Number.NaN
  if (zone === undefined) return Date.parse(`${timestamp}Z`)
  return Date.parse(timestamp.replace(/(?<=[+-]\d\d)(?=\d\d$)/, ':'))
}

function parsed(frame: Frame, timestamp: string, picture: string): Value {
  vet(picture)
  if (timestamp.length > longest)
    throw new Fault('expression.limit', `A timestamp has more than ${longest} characters`)
  if (ambiguities(picture) > 1)
    throw new Fault(
      'expression.failed',
      'The parts of the picture run into each other',
      'separate them by a character',
    )
  return native('toMillis').implementation.call(focusOf(frame), timestamp, picture)
}

const longest = 200
const marker = /\[\[|\[(?<part>[^\]]*)\]/g

/** JSONata pads to whatever width a picture asks for. */
function vet(picture: string): void {
  const isWide = [...picture.matchAll(marker)].some(({ groups }) =>
    /\d{3}/.test(groups?.['part']?.split(',')[1] ?? ''),
  )
  if (picture.length > longest || isWide)
    throw new Fault('expression.limit', 'A picture asks for more than a date needs')
}

/**
 * How often two parts of a picture can share what they read: JSONata makes a regex of a picture, and the host tries every division.
 * Digits behind digits are of a fixed width.
 */
function ambiguities(picture: string): number {
  const parts = [...picture.matchAll(marker)].filter(({ groups }) => groups?.['part'] !== undefined)
  return parts.filter(({ index, 0: { length }, groups }, at) => {
    const rest = picture.slice(index + length)
    const next = parts[at + 1]
    if (rest === '' || !next) return false
    const reads = readBy(groups?.['part'] ?? '')
    const follows = next.index === index + length ? readBy(next.groups?.['part'] ?? '') : (rest[0] ?? '')
    if (reads === follows) return reads !== 'digits' || /^\s*f/.test(groups?.['part'] ?? '')
    return isRead(reads, follows) || (reads === 'words' && follows === 'letters')
  }).length
}

function readBy(part: string): 'digits' | 'letters' | 'words' | 'zone' {
  const bare = part.replaceAll(/\s/g, '')
  if (/^[Zz]/.test(bare)) return 'zone'
  if (/^.[wW]/.test(bare)) return 'words'
  return /^[PFCE]$|^.[NniIaA]/.test(bare) ? 'letters' : 'digits'
}

function isRead(reads: string, character: string): boolean {
  if (character.length !== 1) return false
  if (reads === 'words') return /[a-z,\s-]/i.test(character)
  return reads === 'letters' ? /[a-z]/i.test(character) : /\d/.test(character)
}

function focusOf({ evaluation }: Frame): Focus {
  return {
    environment: {
      get timestamp() {
        if (evaluation.now !== undefined) return new Date(evaluation.now)
        throw new Fault('expression.failed', 'There is no clock here from which to take the rest of the date')
      },
    },
    createSequence: (...items) => items,
  }
}

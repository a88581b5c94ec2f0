import { isJsonObject, type Json } from '../json.ts'

/** Each unit with its length in ms, the longest first: the order in which they are written. */
const units: readonly (readonly [symbol: string, word: string, ms: number])[] = [
  ['w', 'weeks', 604_800_000],
  ['d', 'days', 86_400_000],
  ['h', 'hours', 3_600_000],
  ['m', 'minutes', 60_000],
  ['s', 'seconds', 1000],
  ['ms', 'milliseconds', 1],
]

const number = '(?<count>\\d+(?:\\.\\d+)?)'
const short = new RegExp(`${number}(?<unit>ms|[wdhms])`, 'y')
const iso =
  /^P(?=[\dT])(?:(?<w>[\d.]+)W)?(?:(?<d>[\d.]+)D)?(?:T(?=\d)(?:(?<h>[\d.]+)H)?(?:(?<m>[\d.]+)M)?(?:(?<s>[\d.]+)S)?)?$/

/** The furthest instant that a `Date` can hold: no duration is longer. */
const longestMs = 8.64e15

/**
 * A duration in ms: `30s`, `1h30m`, `500ms`, `PT1H` or `{hours: 1}`; nothing for what is none, a bare number included.
 * Months and years are none: they have no fixed length.
 */
export function parseDuration(text: Json): number | undefined {
  const ms =
    typeof text === 'string'
      ? (shortForm(text) ?? isoForm(text))
      : isJsonObject(text)
        ? mapForm(text)
        : undefined
  return ms !== undefined && ms <= longestMs ? Math.round(ms) : undefined
}

function shortForm(text: string): number | undefined {
  let total = 0
  let last = -1
  short.lastIndex = 0
  for (let at = 0; at < text.length; at = short.lastIndex) {
    const { count = '', unit = '' } = short.exec(text)?.groups ?? {}
    const index = units.findIndex(([symbol]) => symbol === unit)
    const ms = units[index]?.[2]
    if (ms === undefined || index <= last) return undefined
    last = index
    total += Number(count) * ms
  }
  return last === -1 ? undefined : total
}

function isoForm(text: string): number | undefined {
  const parts = iso.exec(text)?.groups
  if (!parts) return undefined
  let total = 0
  for (const [symbol, , ms] of units) {
    const count = parts[symbol]
    if (count === undefined) continue
    if (!/^\d+(?:\.\d+)?$/.test(count)) return undefined
    total += Number(count) * ms
  }
  return total
}

function mapForm(map: { readonly [key: string]: Json }): number | undefined {
  let total = 0
  const entries = Object.entries(map)
  for (const [key, count] of entries) {
    const ms = units.find(([, word]) => word === key || word === `${key}s`)?.[2]
    if (ms === undefined || typeof count !== 'number' || !(count >= 0)) return undefined
    total += count * ms
  }
  return entries.length > 0 ? total : undefined
}

const timestamp =
  /^(?<date>(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d))[Tt ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?<fraction>\.\d+)?)?(?<zone>[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/

/** An instant in epoch ms: ISO 8601 with a time and a zone; nothing for what is none, such as 30 February. */
export function parseTimestamp(text: Json): number | undefined {
  if (typeof text !== 'string') return undefined
  const parts = timestamp.exec(text)?.groups
  if (!parts) return undefined
  const { date, month, day, year, hour, minute, second = '00', fraction = '', zone = '' } = parts
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > last) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = /^[Zz]$/.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  return Date.parse(`${date}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`)
}

import type { Duration } from '../definition.ts'
import { entriesOf, fieldOf, type Written } from '../written.ts'
import type { Lowering } from './context.ts'
import { templateOf } from './values.ts'

const units: Readonly<Record<string, number>> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1000,
  milliseconds: 1,
}

/** The duration under a key: milliseconds where it is constant, else a template. */
export function durationField(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): Duration | undefined {
  const written = fieldOf(map, key)
  return written && durationOf(written, lowering)
}

/** A duration that must be known before anything runs. */
export function constantDuration(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): number | undefined {
  const duration = durationField(map, key, lowering)
  if (duration === undefined || typeof duration === 'number') return duration
  const written = fieldOf(map, key)
  if (written)
    lowering.report(
      'value.constant',
      written,
      `"${key}" is fixed when the definition is loaded, so it cannot be computed`,
      'Write a constant, such as 7d',
    )
  return undefined
}

function durationOf(written: Written, lowering: Lowering): Duration | undefined {
  if (written.type === 'map') {
    return entriesOf(written).reduce((sum, { key, value }) => {
      const count = value.type === 'scalar' && typeof value.value === 'number' ? value.value : 0
      return sum + count * (units[key] ?? 0)
    }, 0)
  }
  const template = templateOf(written, lowering)
  if (!('value' in template)) return template
  // What has not even the form of a duration is an issue of structure, which was reported before.
  return typeof template.value === 'string' ? parseDuration(template.value) : undefined
}

function parseDuration(text: string): number | undefined {
  const compact = text.replaceAll(/\s/g, '')
  const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(compact)
  const factors = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000]
  if (iso) return factors.reduce((sum, factor, index) => sum + factor * Number(iso[index + 1] ?? 0), 0)
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)]
  const short: Readonly<Record<string, number>> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
  }
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== compact) return undefined
  return parts.reduce((sum, part) => sum + Number(part[1]) * (short[part[2] ?? ''] ?? 0), 0)
}

import { parseDuration } from '../../expressions/duration.ts'
import type { Duration } from '../definition.ts'
import { forms } from '../forms.ts'
import { fieldOf, valueOf, type Written } from '../written.ts'
import type { Lowering } from './context.ts'
import { templateOf } from './values.ts'

/** The duration under a key: milliseconds where it is constant, else a template. */
export function durationField(
  map: Written | undefined,
  key: string,
  lowering: Lowering,
): Duration | undefined {
  const written = fieldOf(map, key)
  if (written === undefined || written.type === 'list') return undefined
  if (written.type === 'scalar' && typeof written.value !== 'string') return undefined
  const template = templateOf(written, lowering)
  if (!('value' in template)) return template
  const duration = parseDuration(valueOf(written))
  // What has not even the form of a duration was reported with the structure.
  if (duration === undefined && typeof template.value === 'string' && /^[\dP]/.test(template.value)) {
    const message = `"${key}" must be a duration, not "${template.value}"`
    const isCalendar = /^P\d+[MY]/.test(template.value)
    const hint = isCalendar
      ? 'Months and years have no fixed length: say days, such as 30d'
      : forms['duration']?.hint
    lowering.report('duration.invalid', written, message, hint)
  }
  return duration
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
  const message = `"${key}" is fixed when the definition is loaded, so it cannot be computed`
  if (written) lowering.report('value.constant', written, message, 'Write a constant, such as 7d')
  return undefined
}

import { Cron } from 'croner'
import type { Definition } from '../definition.ts'
import { checkAgainst } from '../schema.ts'
import { entryOf, fieldOf, type Written } from '../written.ts'
import type { Checker } from './checker.ts'
import { checkConstant } from './constant.ts'

/** Checks when a workflow starts by itself, and that the input it starts with fits. */
export function checkSchedule({ schedule, input }: Definition, root: Written, { report }: Checker): void {
  const written = fieldOf(root, 'schedule')
  if (!schedule || !written) return
  const cron = fieldOf(written, 'cron')
  const zone = fieldOf(written, 'timezone')
  if (zone && !isTimeZone(schedule.timezone)) {
    report(
      'schedule.timezone',
      zone,
      `"${schedule.timezone}" is not a time zone`,
      'For example: UTC, or Europe/Berlin',
    )
  } else if (cron) {
    const problem = cronProblem(schedule.cron, schedule.timezone)
    const hint = 'Minute, hour, day of month, month, day of week: 0 6 * * 1-5 is six on every working day'
    if (problem !== undefined)
      report('schedule.cron', cron, `"${schedule.cron}" is not a cron line: ${problem}`, hint)
  }
  const computed = fieldOf(written, 'input')
  if (
    computed &&
    checkConstant(computed, 'The input of scheduled runs', 'Compute it in a step of the run', report)
  )
    return
  const checked = checkAgainst(input ?? true, schedule.input)
  if (checked.ok) return
  const [problem] = checked.problems
  const place = entryOf(written, 'input')?.keySpan ?? entryOf(root, 'schedule')?.keySpan ?? written
  const where = problem?.path === '' ? 'it' : `"${problem?.path.slice(1).replaceAll('/', '.')}"`
  report(
    'schedule.input',
    place,
    `The input of the scheduled runs does not fit "input": ${where} ${problem?.message ?? ''}`,
  )
}

/** Why a cron line is none, or can never come; nothing when it can. */
function cronProblem(line: string, timezone: string): string | undefined {
  const parts = line.trim().split(/\s+/).length
  if (!line.startsWith('@') && (parts < 5 || parts > 7))
    return `it has ${parts === 1 ? 'one part' : `${parts} parts`}, and needs five`
  try {
    const next = new Cron(line, { timezone, paused: true }).nextRun(new Date(0))
    return next === null ? 'such a time never comes' : undefined
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(/^CronPattern: |\.$/g, '') : String(error)
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // The only way to ask is to try.
    return false
  }
}

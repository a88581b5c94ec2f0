import type { Failure } from '../failure.ts'
import type { Run } from '../run.ts'
import { paint, type Pen, say, styleOf } from './print.ts'

/** A run as the one object that `--json` prints. */
export function recordOf(run: Run): Record<string, unknown> {
  const { report, tags, ...rest } = run
  return { ...rest, ...report, ...(Object.keys(tags).length > 0 && { tags }) }
}

/** Writes a run as people like to read it. */
export function sayRun(pen: Pen, run: Run): void {
  const row = (name: string, text: string): void => say(pen, `${paint(pen, 'dim', name.padEnd(10))}${text}`)
  row('run', run.id)
  row('workflow', run.version === undefined ? run.workflow : `${run.workflow} ${run.version}`)
  row('status', paint(pen, styleOf(run.status), run.status))
  row('started', localTime(run.createdAt))
  row('changed', localTime(run.updatedAt))
  if (run.report.message !== undefined) row('progress', run.report.message)
  for (const warning of run.report.warnings ?? []) row('warning', paint(pen, 'yellow', warning))
  for (const line of questionLines(run)) row('question', line)
  if (run.input !== undefined) row('input', JSON.stringify(run.input))
  if (run.output !== undefined) row('output', JSON.stringify(run.output, null, 2))
  if (run.error) row('error', paint(pen, 'red', failureText(run.error)))
}

/** What each open question of a run asks, and the command that answers it: by its step, where that is clear. */
export function questionLines(run: Run): string[] {
  const questions = run.report.questions ?? []
  return questions.map(({ key, step, prompt, dueAt }) => {
    const due = dueAt === undefined ? '' : ` (until ${localTime(dueAt)})`
    const name = questions.filter((other) => other.step === step).length > 1 ? key : step
    return `${prompt}${due}\n  answer it with: longhaul answer ${run.id} ${name} '<json>'`
  })
}

/** A failure with its place and its causes, one line each. */
export function failureText(failure: Failure): string {
  const { type, message, step, source, cause } = failure
  const place = source === undefined ? '' : `${source.file}:${source.line}:${source.column}`
  const where = [step === undefined ? '' : `step "${step}"`, place].filter((part) => part !== '').join(', ')
  return [
    `${type}: ${message}${where === '' ? '' : ` (${where})`}`,
    ...(cause === undefined ? [] : [`  caused by ${failureText(cause)}`]),
  ].join('\n')
}

/** An instant as the clock on the wall shows it: the Swedish way of writing dates is ISO 8601. */
export function localTime(instant: string): string {
  return new Date(instant).toLocaleString('sv-SE')
}

import type { ActivityLog } from '../worker/activity.ts'
import { paint, say } from './print.ts'
import type { Shell } from './shell.ts'

/** The log of activities, on standard error; `debug` lines only with LONGHAUL_DEBUG. */
export function activityLog(shell: Shell): ActivityLog {
  const { err } = shell
  const write =
    (level: keyof typeof styles) =>
    (message: string, data?: unknown): void =>
      say(err, `${paint(err, styles[level], level.padEnd(9))} ${message}${paint(err, 'dim', detailOf(data))}`)
  return {
    debug: shell.isDebugging ? write('debug') : () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

const styles = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const

/** What was logged beside the message; of a line that an activity wrote, also which call wrote it. */
function detailOf(data: unknown): string {
  if (data === undefined) return ''
  if (data instanceof Error) return ` ${data.message}`
  if (typeof data !== 'object' || data === null || !('activity' in data)) return ` ${textOf(data)}`
  const { activity, path, runId, data: own }: Partial<CallData> = data
  return `${own === undefined ? '' : ` ${textOf(own)}`} (${String(activity)} at ${String(path)} of ${String(runId)})`
}

/** What the activity host adds to the lines of an activity. */
interface CallData {
  readonly activity: unknown
  readonly path: unknown
  readonly runId: unknown
  readonly data: unknown
}

function textOf(data: unknown): string {
  try {
    return JSON.stringify(data)
  } catch {
    return String(data) // a cycle, or something that JSON does not know
  }
}

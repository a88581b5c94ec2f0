import type { ActivityLog } from '../worker/activity.ts'
import { paint, say } from './print.ts'
import type { Shell } from './shell.ts'

/** The log of activities, on standard error; `debug` lines only with LONGHAUL_DEBUG. */
export function activityLog(shell: Shell): ActivityLog {
  const { err } = shell
  const write =
    (level: keyof typeof styles) =>
    (message: string, data?: unknown): void => {
      const detail = data === undefined ? '' : ` ${textOf(data)}`
      say(err, `${paint(err, styles[level], level.padEnd(5))} ${message}${paint(err, 'dim', detail)}`)
    }
  return {
    debug: shell.isDebugging ? write('debug') : () => {},
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

const styles = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const

function textOf(data: unknown): string {
  if (data instanceof Error) return data.message
  try {
    return JSON.stringify(data)
  } catch {
    return String(data) // a cycle, or something that JSON does not know
  }
}

import { say } from './print.ts'
import type { Shell } from './shell.ts'

/**
 * Resolves at the first signal to stop; a second one ends the process at once. To be asked for before anything is
 * opened, so that no signal finds nobody listening.
 */
export function untilStopped(shell: Shell): Promise<void> {
  return new Promise((resolve) => {
    let hasStopped = false
    shell.onStop(() => {
      if (hasStopped) return shell.leave(130)
      hasStopped = true
      say(shell.err, 'Stopping; Ctrl-C again ends at once')
      resolve()
    })
  })
}

import { say } from './print.ts'
import type { Shell } from './shell.ts'

/** How long running activities may take to end once their process was told to stop. */
export const graceMs = 5_000

/** How long stopping may take in all; whatever still hangs then is on disk, and goes on with the next start. */
const limitMs = 9_500

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
      setTimeout(() => shell.leave(0), limitMs).unref()
      resolve()
    })
  })
}

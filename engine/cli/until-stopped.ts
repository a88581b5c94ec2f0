import { say } from './print.ts'
import type { Shell } from './shell.ts'

/** Resolves at the first signal to stop, or when `over` does; a second signal ends the process at once. */
export function untilStopped(shell: Shell, over?: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let hasStopped = false
    shell.onStop(() => {
      if (hasStopped) return shell.leave(130)
      hasStopped = true
      say(shell.err, 'Stopping; Ctrl-C again ends at once')
      resolve()
    })
    void over?.then(resolve)
  })
}

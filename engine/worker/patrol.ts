import { hasEnded, type Run } from '../run.ts'
import type { ActivityHost } from './host.ts'

/** How often the runs of long calls are looked at. */
const roundMs = 2_000

/**
 * Aborts the calls of runs that were cancelled or ended by another process: the interpreter may run there, and has
 * no way to reach a handler here. A run that is cancelling calls activities to clean up, so only calls that were
 * seen before it began to are aborted.
 */
export function startPatrol(
  host: ActivityHost,
  look: (runId: string) => Promise<Run | undefined>,
): () => void {
  const timer = setInterval(() => {
    for (const id of host.running.runsSince(Date.now() - roundMs)) {
      look(id).then(
        (run) => heed(run, id, host),
        () => {}, // the hub is away: the next round tells
      )
    }
  }, roundMs)
  timer.unref()
  return () => clearInterval(timer)
}

function heed(run: Run | undefined, id: string, host: ActivityHost): void {
  if (!run || hasEnded(run.status)) host.abort(id)
  else if (run.report.cancelling) host.abort(id, ({ seenLive }) => seenLive)
  else for (const call of host.running.of(id)) call.seenLive = true
}

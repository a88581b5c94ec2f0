import { onTestFinished } from 'vitest'
import { openScheduler, type Scheduler } from '../../engine/scheduler/scheduler.ts'
import { ManualClock } from '../scheduler/manual-clock.ts'
import { RawHub, type RawWorker } from '../scheduler/raw.ts'

/** A hub whose clock stands still, with a worker that waits to be told what to do. */
export async function openStill(path: string): Promise<StillHub> {
  const clock = new ManualClock()
  const scheduler = await openScheduler({ path, clock })
  onTestFinished(() => scheduler.close())
  const hub = new RawHub(scheduler)
  return { scheduler, clock, hub, worker: hub.join() }
}

interface StillHub {
  readonly scheduler: Scheduler
  readonly clock: ManualClock
  readonly hub: RawHub
  readonly worker: RawWorker
}

import type { OrchestrationContext, Task } from '@microsoft/durabletask-js'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Schedule } from '../language/definition.ts'
import type { ActivityRequest, HostActivities } from './envelope.ts'
import { idFor } from './id.ts'

/** A schedule under way: the input of its orchestration, generation by generation. */
export interface ScheduleState {
  readonly workflow: string
  readonly schedule: Schedule
  /** The last tick that was looked at, epoch ms. */
  readonly lastTick?: number
  /** The run that was started last. */
  readonly lastRun?: string
  /** The tick that has come, and waits for the end of that run. */
  readonly waiting?: number
}

/**
 * Starts a run at every tick of a cron line. One tick is one generation, so that a schedule can go on for ever; a
 * tick's run has an id that depends on nothing but the schedule and the tick, so that it is started once.
 *
 * Ticks that nobody was there for are made up for by one run, at once; the next tick is the first one after that.
 */
export function* keepSchedule(
  ctx: OrchestrationContext,
  state: ScheduleState,
): Generator<Task<unknown>, undefined> {
  const { workflow, schedule, lastRun } = state
  const tick = state.waiting ?? (yield* nextTick(ctx, state))
  if (tick === undefined) return undefined // there is no such day
  let isBusy = schedule.overlap !== 'allow' && (yield* isLive(ctx, state, 0))
  for (let looks = 1; isBusy && schedule.overlap === 'queue'; looks += 1) {
    if (looks > mostLooks) {
      ctx.continueAsNew({ schedule: { ...state, waiting: tick } }, true)
      return undefined
    }
    isBusy = yield* isLive(ctx, state)
  }
  const id = idFor(`${ctx.instanceId}/${tick}`)
  if (!isBusy) yield ask(ctx, state, 'longhaul.start', { id, workflow, input: schedule.input })
  const latest = isBusy ? lastRun : id
  const next: ScheduleState = {
    workflow,
    schedule,
    lastTick: tick,
    ...(latest === undefined ? {} : { lastRun: latest }),
  }
  ctx.continueAsNew({ schedule: next }, true)
  return undefined
}

/** How often one generation looks whether the run before has ended, some seconds each time. */
const mostLooks = 100

/** Waits for the next tick. */
function* nextTick(
  ctx: OrchestrationContext,
  state: ScheduleState,
): Generator<Task<unknown>, number | undefined> {
  const { cron, timezone } = state.schedule
  const after = Math.max(ctx.currentUtcDateTime.getTime(), state.lastTick ?? 0)
  const tick: unknown = yield ask(ctx, state, 'longhaul.tick', { cron, timezone, after })
  if (typeof tick !== 'number') return undefined
  yield ctx.createTimer(new Date(tick))
  return tick
}

/** Whether the run of the tick before has not ended, waiting for its end for up to `waitMs`. */
function* isLive(
  ctx: OrchestrationContext,
  state: ScheduleState,
  waitMs?: number,
): Generator<Task<unknown>, boolean> {
  const { lastRun: id } = state
  if (id === undefined) return false
  try {
    const answer: unknown = yield ask(ctx, state, 'longhaul.await', {
      id,
      ...(waitMs === undefined ? {} : { waitMs }),
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own host answered, and history gave it back
    const ended = answer as Json
    return isJsonObject(ended) && ended['ended'] === false
  } catch {
    return false // it failed, or is no more
  }
}

function ask(
  ctx: OrchestrationContext,
  { workflow }: ScheduleState,
  name: keyof HostActivities,
  input: JsonObject,
): Task<unknown> {
  const request: ActivityRequest = {
    input,
    runId: ctx.instanceId,
    workflow,
    path: '',
    attempt: 1,
    idempotencyKey: ctx.instanceId,
  }
  return ctx.callActivity(name, request)
}

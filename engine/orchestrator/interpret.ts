import type { OrchestrationContext, Task } from '@microsoft/durabletask-js'
import { TaskFailedError } from '@microsoft/durabletask-js'
import { isJsonObject, type Json } from '../json.ts'
import type { Start } from '../language/definition.ts'
import { drive, type DriveOptions } from './drive.ts'
import { Cancelled, Failed } from './ending.ts'
import { fromDetails, toThrowable, type ActivityRequest } from './envelope.ts'
import { keepSchedule } from './schedule.ts'
import {
  checkpointLimits,
  type ChildStart,
  type InterpreterInput,
  type OrchestratorInput,
  type RunState,
} from './state.ts'

type Orchestrator = (
  ctx: OrchestrationContext,
  input: OrchestratorInput,
) => AsyncGenerator<Task<unknown>, Json | undefined>

/** The one orchestrator: it executes whatever definition a run carries, and keeps schedules. */
export function interpreter(options: DriveOptions = {}): Orchestrator {
  return (ctx, input) =>
    new Orchestration(
      'schedule' in input ? keepSchedule(ctx, input.schedule) : interpret(ctx, input, options),
    )
}

type Flow = Generator<Task<unknown>, Json | undefined>
type Advance = IteratorResult<Task<unknown>, Json | undefined>

/** What the SDK takes for an orchestrator; nothing in its flow ever waits for anything but durable tasks. */
export class Orchestration implements AsyncGenerator<Task<unknown>, Json | undefined> {
  /** For whoever need not be given promises. */
  readonly flow: Flow

  constructor(flow: Flow) {
    this.flow = flow
  }

  async next(value?: unknown): Promise<Advance> {
    return this.flow.next(value)
  }

  async return(value: Json | undefined | PromiseLike<Json | undefined>): Promise<Advance> {
    return this.flow.return(await value)
  }

  async throw(error: unknown): Promise<Advance> {
    return this.flow.throw(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.flow.return(undefined)
  }
}

/** One generation of a run, from its start or from where the last one left off. */
function* interpret(
  ctx: OrchestrationContext,
  input: InterpreterInput,
  options: DriveOptions = {},
): Generator<Task<unknown>, Json | undefined> {
  const state = 'state' in input ? input.state : yield* begin(ctx, input)
  const driven = yield* drive(ctx, state, options)
  if (driven === 'continued') return undefined
  if (driven.ok) return driven.value
  const { error } = driven
  if (error instanceof Failed) throw toThrowable(error.failure)
  if (error instanceof Cancelled)
    throw toThrowable({ type: 'cancelled', message: error.message, retryable: true })
  const message = error instanceof Error ? error.message : String(error)
  throw toThrowable({ type: 'internal', message, retryable: false })
}

function* begin(
  ctx: OrchestrationContext,
  input: Exclude<InterpreterInput, { state: RunState }>,
): Generator<Task<unknown>, RunState> {
  const start = 'child' in input ? yield* resolve(ctx, input) : 'part' in input ? input.part : input
  const bindings = 'bindings' in input ? input.bindings : undefined
  const vars = bindings?.['vars']
  return {
    start,
    startedAt: ctx.currentUtcDateTime.getTime(),
    limits: { ...checkpointLimits, ...start.limits },
    ...(bindings ? { bindings } : {}),
    vars: isJsonObject(vars) ? { ...vars } : {},
    root: {},
    mail: [],
    remembered: [],
    report: {},
    counter: 0,
  }
}

/** A child carries its definition too: its interpreter gets it from the host, once, and from then on from history. */
function* resolve(
  ctx: OrchestrationContext,
  { child }: Extract<ChildStart, { child: unknown }>,
): Generator<Task<unknown>, Start> {
  const { workflow, input, ...place } = child
  const request: ActivityRequest = {
    input: { workflow, input },
    runId: ctx.instanceId,
    workflow,
    path: '',
    attempt: 1,
    idempotencyKey: ctx.instanceId,
  }
  try {
    const resolved: unknown = yield ctx.callActivity('longhaul.resolve', request)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own host answered, and history gave it back
    return { ...(resolved as Start), ...place }
  } catch (error) {
    throw error instanceof TaskFailedError ? toThrowable(fromDetails(error.details)) : error
  }
}

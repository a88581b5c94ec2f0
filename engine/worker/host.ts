import { project } from '../expressions/evaluate.ts'
import type { Json } from '../json.ts'
import { checkAgainst } from '../language/schema.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import { type Note, ownEvents } from '../run.ts'
import { asData, inWords } from '../violations.ts'
import type { ActivityContext, ActivityDefinition, ActivityLog, ActivityRegistry } from './activity.ts'
import { CallFailed } from './call-failed.ts'
import { asJson, withinLimit } from './output.ts'
import { ProgressLine } from './progress.ts'
import { activityNamed, unknownActivity } from './registry.ts'
import { Aborted, RunningCall, RunningCalls } from './running.ts'
import type { Redactor, Secrets } from './secrets.ts'
import { Semaphore } from './semaphore.ts'
import { failureOf, packed, stackOf } from './thrown.ts'

export interface HostOptions {
  readonly activities: ActivityRegistry
  readonly secrets: Secrets
  readonly log: ActivityLog
  /** How many handlers run at a time; default 100. */
  readonly concurrency?: number
  /** The most that a result may measure as JSON; default 1 MiB. */
  readonly resultBytes?: number
  /** Delivers what a handler reports about its progress. */
  raise(runId: string, event: string, data: Json): Promise<unknown>
}

/** Runs the handlers of activities; whatever goes wrong is thrown as a packed failure. */
export class ActivityHost {
  readonly #options: HostOptions
  readonly #gate: Semaphore
  readonly #running = new RunningCalls()
  #isStopping = false
  #whenIdle: (() => void) | undefined

  constructor(options: HostOptions) {
    this.#options = options
    this.#gate = new Semaphore(options.concurrency ?? 100)
  }

  get running(): RunningCalls {
    return this.#running
  }

  /** The result of one call; `undefined` when the host stopped before there was one, and it must be asked again. */
  async perform(name: string, request: ActivityRequest): Promise<Json | undefined> {
    const activity = activityNamed(name, this.#options.activities)
    if (!activity)
      throw packed(
        new CallFailed({
          type: 'activity.unknown',
          message: unknownActivity(name, this.#options.activities),
        }),
      )
    const call = new RunningCall(name, request)
    this.#running.add(call)
    try {
      const entry = this.#gate.enter()
      if (entry) await entry
      try {
        if (this.#isStopping) return undefined
        call.throwIfAborted()
        return await this.#run(activity, request, call)
      } finally {
        this.#gate.leave()
      }
    } catch (error) {
      if (this.#isStopping && call.reason?.why === 'shutdown') return undefined
      throw packed(error)
    } finally {
      this.#running.delete(call)
      if (this.#running.count === 0) this.#whenIdle?.()
    }
  }

  /** Aborts the calls of a run, or those of them that `matter`; gives their number. */
  abort(runId: string, matter: (call: RunningCall) => boolean = () => true): number {
    const calls = this.#running.of(runId).filter(matter)
    for (const call of calls) call.abort(new Aborted('cancelled', 'Nobody waits for this call any more'))
    return calls.length
  }

  /** Takes nothing new, tells every handler to stop, and resolves when all have, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    for (const call of this.#running.all()) call.abort(new Aborted('shutdown', 'The worker is shutting down'))
    if (this.#running.count === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs)
      this.#whenIdle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #run(activity: ActivityDefinition, request: ActivityRequest, call: RunningCall): Promise<Json> {
    const revealing = this.#options.secrets.reveal(request.input, request.secrets ?? [])
    const { input, redactor } = revealing instanceof Promise ? await revealing : revealing
    const fits = fitting(activity, input, call.activity, redactor)
    call.throwIfAborted() // a handler is not begun only to be told to stop
    const timer = this.#deadline(call, request.timeoutMs)
    const progress = new ProgressLine((message) => this.#report(call, message))
    const context = new Context(request, call, progress, redactor, this.#options.log)
    try {
      const returned = call.unlessGivenUp(() => activity.run(fits, context))
      const result = returned instanceof Promise ? await returned : returned
      return this.#kept(activity, request, call, redactor, result)
    } catch (error) {
      throw this.#failed(error, call, redactor)
    } finally {
      clearTimeout(timer)
      progress.close()
    }
  }

  #kept(
    { output }: ActivityDefinition,
    request: ActivityRequest,
    { activity }: RunningCall,
    redactor: Redactor,
    result: unknown,
  ): Json {
    const whole = asJson(result, activity)
    const checked = output === undefined ? { ok: true as const, value: whole } : checkAgainst(output, whole)
    if (!checked.ok)
      throw new CallFailed({
        type: 'activity.invalidOutput',
        message: redactor.text(
          `What activity "${activity}" returned does not fit: ${inWords(checked.problems)}`,
        ),
        data: redactor.json(asData(checked.problems)),
      })
    const safe = redactor.json(checked.value) // before "keep", which could change a secret beyond recognition
    const kept = request.keep === undefined ? safe : project(request.keep, safe)
    return withinLimit(kept, activity, this.#options.resultBytes)
  }

  #failed(error: unknown, call: RunningCall, redactor: Redactor): unknown {
    if (call.reason) return call.reason
    const failure = error instanceof CallFailed ? error.failure : failureOf(error, redactor)
    const stack = stackOf(error, redactor)
    this.#options.log.debug(`Activity "${call.activity}" failed: ${failure.message}`, {
      ...placeOf(call),
      ...(stack !== undefined && { stack }),
    })
    return new CallFailed(failure)
  }

  #deadline(call: RunningCall, timeoutMs: number | undefined): NodeJS.Timeout | undefined {
    if (timeoutMs === undefined || timeoutMs > longestTimerMs) return undefined
    const message = `Activity "${call.activity}" did not end within ${timeoutMs / 1_000} s`
    return setTimeout(() => call.abort(new Aborted('timeout', message)), timeoutMs)
  }

  #report({ runId, path }: RunningCall, message: string): Promise<unknown> {
    const note: Note = { path, message }
    return this.#options.raise(runId, ownEvents.progress, { ...note })
  }
}

/** What Node's timers can count to, 25 days; beyond that the timer of the run itself is enough. */
const longestTimerMs = 2 ** 31 - 1

function fitting({ input: schema }: ActivityDefinition, input: Json, name: string, redactor: Redactor): Json {
  if (schema === undefined) return input
  const checked = checkAgainst(schema, input)
  if (checked.ok) return checked.value
  throw new CallFailed({
    type: 'activity.invalidInput',
    message: redactor.text(`The input of activity "${name}" does not fit: ${inWords(checked.problems)}`),
    data: redactor.json(asData(checked.problems)),
  })
}

/** What a handler is told: its signal and its log are made when it asks for them, and are there when it copies them. */
class Context implements ActivityContext {
  readonly runId: string
  readonly workflow: string
  readonly path: string
  readonly attempt: number
  readonly idempotencyKey: string
  declare readonly signal: AbortSignal
  declare readonly log: ActivityLog
  readonly #call: RunningCall
  readonly #line: ProgressLine
  readonly #redactor: Redactor
  readonly #log: ActivityLog

  // Getters of a class would not be copied, and those of an object are made anew with each.
  static readonly #signal: PropertyDescriptor & ThisType<Context> = {
    enumerable: true,
    get() {
      return this.#call.signal
    },
  }
  static readonly #logOfCall: PropertyDescriptor & ThisType<Context> = {
    enumerable: true,
    get() {
      return quietly(this.#log, this.#redactor, this.#call)
    },
  }

  constructor(
    { workflow, idempotencyKey }: ActivityRequest,
    call: RunningCall,
    line: ProgressLine,
    redactor: Redactor,
    log: ActivityLog,
  ) {
    this.runId = call.runId
    this.workflow = workflow
    this.path = call.path
    this.attempt = call.attempt
    this.idempotencyKey = idempotencyKey
    this.#call = call
    this.#line = line
    this.#redactor = redactor
    this.#log = log
    Object.defineProperty(this, 'signal', Context.#signal)
    Object.defineProperty(this, 'log', Context.#logOfCall)
  }

  /** A handler may take it out. */
  readonly progress = (message: unknown): void => this.#line.set(this.#redactor.text(textOf(message)))
}

/** A log that names the call and lets no secret out. */
function quietly(log: ActivityLog, redactor: Redactor, call: RunningCall): ActivityLog {
  const at =
    (level: keyof ActivityLog) =>
    (message: unknown, data?: unknown): void => {
      const details = data === undefined ? {} : { data: redactor.json(loggable(data)) }
      log[level](redactor.text(textOf(message)), { ...placeOf(call), ...details })
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Handlers in JavaScript pass what they like where a text is due. */
function textOf(message: unknown): string {
  return typeof message === 'string' ? message : (JSON.stringify(message) ?? '')
}

function loggable(data: unknown): Json {
  try {
    return data instanceof Error ? { name: data.name, message: data.message } : asJson(data, '')
  } catch {
    return String(data)
  }
}

function placeOf({ activity, runId, path, attempt }: RunningCall): Readonly<Record<string, Json>> {
  return { activity, runId, path, attempt }
}

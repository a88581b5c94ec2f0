import { type OrchestrationState, terminateOptions } from '@microsoft/durabletask-js'
import { configOf, type Environment } from '../config.ts'
import { EngineError } from '../error.ts'
import type { Json } from '../json.ts'
import type { Definition, Start } from '../language/definition.ts'
import { type Answer, hasEnded, ownEvents, type Question, type Run, standsAlone } from '../run.ts'
import type { RunClient, StartOptions } from './client.ts'
import { describe } from './describe.ts'
import { Farewells } from './farewell.ts'
import { narrate } from './history.ts'
import { type ClientConnection, clientClosed, type HubCalls, openHubCalls } from './hub-calls.ts'
import { grpcStatus, statusOf } from './hub-error.ts'
import { newRunId } from './new-run-id.ts'
import { originOf } from './origin.ts'
import { pageOf } from './page.ts'
import { acceptableAnswer, askedNow, questionNamed } from './question.ts'
import { keepSchedules } from './schedules.ts'
import { markOf, Recall } from './recall.ts'
import { mustBeId, mustLive, runExists, runUnknown } from './refusal.ts'
import { inputFor, withinLimit } from './value.ts'
import { watchRun } from './watch.ts'

export interface ClientOptions {
  /** Overrides of `config`; default: those of the process. */
  readonly env?: Environment
  /** Finds the definition of a run that does not carry it: a child that ended before its interpreter ran. */
  readonly definitionNamed?: (wanted: string) => Definition | undefined
  /** How long a cancelled run may clean up before this process ends it; default one minute. */
  readonly cancelGraceMs?: number
}

/** What one can do to the runs of a hub, over the unmodified client of the Durable Task SDK. */
export async function openClient(
  connection: ClientConnection,
  options: ClientOptions = {},
): Promise<RunClient & ScheduleKeeper> {
  return new HubClient(await openHubCalls(connection), options, connection)
}

/** Keeps the schedules of definitions. */
export interface ScheduleKeeper {
  /** From now on, runs start at the ticks of these definitions' schedules, and of no others. */
  keepSchedules(definitions: readonly Definition[]): Promise<void>
}

/** How long one call waits for the end of a run before the next one takes over; proxies cut what is silent for longer. */
const longPollSeconds = 45

/**
 * How long a history gets before its run goes on in a new one: each begins with all that the run carries, which is more
 * to write than a longer history is to replay now and then.
 */
const historyEvents = 360

/** The most that is remembered of why an answer was refused: a report is small. */
const longestReason = 500

class HubClient implements RunClient, ScheduleKeeper {
  readonly #hub: HubCalls
  readonly #refusesUnknown: boolean
  readonly #options: ClientOptions
  readonly #limits: Pick<Start, 'limits'>
  readonly #farewells: Farewells
  readonly #recall = new Recall()
  readonly #closing = new AbortController()

  constructor(
    hub: HubCalls,
    options: ClientOptions,
    { messageBytes, refusesUnknown = false }: Pick<ClientConnection, 'messageBytes' | 'refusesUnknown'>,
  ) {
    this.#hub = hub
    this.#refusesUnknown = refusesUnknown
    this.#options = options
    this.#limits = {
      limits: { events: historyEvents, ...(messageBytes !== undefined && { message: messageBytes }) },
    }
    this.#farewells = new Farewells(options.cancelGraceMs ?? 60_000, (id) => {
      this.#terminate(id, 'The run did not clean up in time').catch(() => {}) // it has ended, or the hub is gone
    })
  }

  async start(definition: Definition, input: Json, options: StartOptions = {}): Promise<Run> {
    const { id = newRunId(), tags, parent, traceparent } = options
    mustBeId(id)
    const start: Start = {
      definition,
      input: inputFor(definition, input),
      config: configOf(definition, this.#options.env ?? process.env),
      ...standsAlone,
      ...this.#limits,
      ...(parent !== undefined && { parent }),
      ...(traceparent !== undefined && { traceparent }),
    }
    // Some hubs let a new instance take the place of an ended one.
    if (options.id !== undefined && (await this.#state(id, false))) throw runExists(id)
    try {
      await this.#hub((sdk) =>
        sdk.scheduleNewOrchestration(definition.name, start, {
          instanceId: id,
          version: definition.version,
          ...(tags && { tags }),
        }),
      )
    } catch (error) {
      throw statusOf(error) === grpcStatus.alreadyExists ? runExists(id) : error
    }
    const state = await this.#state(id, false)
    if (!state) throw runUnknown(id)
    return describe(state, true, start)
  }

  async get(id: string): Promise<Run | undefined> {
    if (this.#recall.has(id)) {
      const glance = await this.#state(id, false)
      if (!glance) this.#recall.forget(id)
      const known = glance && this.#recall.unchanged(glance)
      if (!glance || known) return known
    }
    const askedAt = performance.now()
    const state = await this.#state(id, true)
    if (!state) return undefined
    const run = describe(state)
    this.#recall.keep(state, run, askedAt)
    return run
  }

  list: RunClient['list'] = (filter = {}) =>
    pageOf(filter, async (statuses, token) => {
      const query = {
        fetchInputsAndOutputs: true, // without them the hub keeps the report back too, and with it who waits
        ...(statuses && { statuses: [...statuses] }),
        ...(filter.createdFrom && { createdFrom: filter.createdFrom }),
      }
      const pages = await this.#hub((sdk) =>
        sdk.getAllInstances(query).asPages(token)[Symbol.asyncIterator]().next(),
      )
      if (pages.done) return { states: [] }
      const { values, continuationToken } = pages.value
      return { states: values, ...(continuationToken !== undefined && { token: continuationToken }) }
    })

  async wait(id: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<Run> {
    if (!this.#refusesUnknown) await this.#glance(id, options.signal)
    return this.#end(id, options.signal, options.timeoutMs)
  }

  async *watch(id: string, signal?: AbortSignal): AsyncIterable<Run> {
    yield* watchRun(
      {
        glance: async (until) => {
          const state = await this.#state(id, false, until)
          return state && markOf(state)
        },
        look: (until) => this.#existing(id, until),
        end: (until) => this.#end(id, until),
      },
      this.#until(signal),
    )
  }

  async history(id: string): Promise<ReturnType<typeof narrate>> {
    await this.#glance(id)
    return narrate(await this.#hub((sdk) => sdk.getOrchestrationHistory(id)))
  }

  async raise(id: string, event: string, data: Json): Promise<void> {
    mustLive(await this.#glance(id), `take event "${event}"`)
    await this.#raise(id, event, withinLimit(data, `The data of event "${event}"`))
  }

  async answer(id: string, question: string, data: Json): Promise<void> {
    await this.#reply(id, question, (open) => ({
      data: withinLimit(acceptableAnswer(open, data), 'The answer'),
    }))
  }

  async decline(id: string, question: string, reason?: string): Promise<void> {
    const data = withinLimit(reason ?? null, 'The reason')
    await this.#reply(id, question, () => ({ data, declined: true }))
  }

  noteRefusal(id: string, question: string, reason: string): Promise<void> {
    return this.#reply(id, question, () => ({ data: null, refused: reason.slice(0, longestReason) }))
  }

  async cancel(id: string, { reason }: { reason?: string } = {}): Promise<void> {
    const run = mustLive(await this.#existing(id), 'be cancelled')
    if (run.report.cancelling || this.#farewells.has(id)) {
      this.#farewells.delete(id)
      return this.#terminate(id, reason ?? 'The run was cancelled a second time')
    }
    const { cancelGraceMs: graceMs } = this.#options
    await this.#raise(id, ownEvents.cancel, {
      ...(reason !== undefined && { reason }),
      ...(graceMs !== undefined && { graceMs }),
    })
    this.#farewells.add(id)
    // A suspended run could not clean up.
    if (run.status === 'suspended') await this.#hub((sdk) => sdk.resumeOrchestration(id))
  }

  async retry(id: string): Promise<Run> {
    const state = await this.#state(id, true)
    if (!state) throw runUnknown(id)
    const { status, tags } = describe(state)
    if (!hasEnded(status))
      throw new EngineError('usage', `Run "${id}" is ${status}; only an ended run can be tried again`)
    const origin = originOf(state.serializedInput)
    if (origin?.isPart)
      throw new EngineError('usage', `Run "${id}" is a part of run "${origin.parent}"; try that one again`)
    const wanted = origin?.wanted
    const definition =
      origin?.definition ?? (wanted === undefined ? undefined : this.#options.definitionNamed?.(wanted))
    if (!origin || !definition)
      throw new EngineError(
        'definition.unknown',
        `Run "${id}" does not carry its definition; start "${state.name}" anew`,
      )
    return this.start(definition, origin.input, { tags: { ...tags, 'longhaul.retryOf': id } })
  }

  async purge(id: string): Promise<boolean> {
    const state = await this.#state(id, false)
    if (!state) return false
    const { status } = describe(state)
    if (!hasEnded(status))
      throw new EngineError('usage', `Run "${id}" is ${status}; only an ended run can be purged`)
    const purged = await this.#hub((sdk) => sdk.purgeOrchestration(id, { recursive: true }))
    return (purged?.deletedInstanceCount ?? 0) > 0
  }

  keepSchedules(definitions: readonly Definition[]): Promise<void> {
    return keepSchedules(this.#hub, definitions)
  }

  async close(): Promise<void> {
    this.#farewells.clear()
    this.#closing.abort(clientClosed())
    this.#hub.close()
  }

  /** Resolves when the run has ended; with the run as it is after `timeoutMs`. */
  async #end(id: string, signal?: AbortSignal, timeoutMs = Infinity): Promise<Run> {
    const until = this.#until(signal)
    for (const dueAt = performance.now() + timeoutMs; ;) {
      const seconds = Math.min(longPollSeconds, Math.max(0, dueAt - performance.now()) / 1_000)
      const poll = new AbortController() // with `until`, but not as a signal of both: that costs more than the wait
      const giveUp = (): void => poll.abort(until.reason)
      until.addEventListener('abort', giveUp, { once: true })
      if (until.aborted) giveUp()
      try {
        const state = await this.#hub(
          (sdk) => sdk.waitForOrchestrationCompletion(id, true, seconds),
          poll.signal,
        )
        if (!state) throw runUnknown(id)
        return describe(state)
      } catch (error) {
        poll.abort() // the SDK stops listening at its time-out, but leaves the call open
        if (statusOf(error) === grpcStatus.notFound) throw runUnknown(id)
        if (!(error instanceof Error) || error.name !== 'TimeoutError' || until.aborted) throw error
      } finally {
        until.removeEventListener('abort', giveUp)
      }
      if (performance.now() >= dueAt) return this.#existing(id, until)
    }
  }

  #until(signal?: AbortSignal): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal
  }

  async #state(id: string, withData: boolean, signal?: AbortSignal): Promise<OrchestrationState | undefined> {
    try {
      return await this.#hub((sdk) => sdk.getOrchestrationState(id, withData), signal)
    } catch (error) {
      if (statusOf(error) === grpcStatus.notFound) return undefined
      throw error
    }
  }

  async #existing(id: string, signal?: AbortSignal): Promise<Run> {
    const state = await this.#state(id, true, signal)
    if (!state) throw runUnknown(id)
    return describe(state)
  }

  /** The run without what it carries: enough to know whether it has ended. */
  async #glance(id: string, signal?: AbortSignal): Promise<Run> {
    const state = await this.#state(id, false, signal)
    if (!state) throw runUnknown(id)
    return describe(state, false)
  }

  async #reply(
    id: string,
    question: string,
    replyTo: (open: Question) => Omit<Answer, 'question'>,
  ): Promise<void> {
    const run = mustLive(await this.#existing(id), 'take an answer')
    const open = await askedNow(questionNamed(question, run), run, (child) => this.get(child))
    await this.#raise(open.run, ownEvents.answer, { question: open.question.key, ...replyTo(open.question) })
  }

  async #raise(id: string, event: string, data: Json): Promise<void> {
    try {
      await this.#hub((sdk) => sdk.raiseOrchestrationEvent(id, event, data))
    } catch (error) {
      throw statusOf(error) === grpcStatus.notFound ? runUnknown(id) : error
    }
  }

  #terminate(id: string, reason: string): Promise<void> {
    return this.#hub((sdk) =>
      sdk.terminateOrchestration(id, terminateOptions({ output: { reason }, recursive: true })),
    )
  }
}

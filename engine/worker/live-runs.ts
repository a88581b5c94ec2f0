/* oxlint-disable eslint/no-underscore-dangle -- the names of the SDK */
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import type { Logger, TOrchestrator } from '@microsoft/durabletask-js'
import executors from '@microsoft/durabletask-js/dist/worker/orchestration-executor.js'
import values from '@microsoft/durabletask-js/dist/utils/pb-helper.util.js'
import contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'
import { Orchestration } from '../orchestrator/interpret.ts'
import { textOfContinuation } from './continuation.ts'
import { begin, hear, isBrief, messageOf, type News, type RunBegun } from './news.ts'

type Context = InstanceType<typeof contexts.RuntimeOrchestrationContext>

/** What a turn brings. */
export interface Told {
  readonly id: string
  /** The generation of the run, which the wire calls its execution id. */
  readonly generation: string | undefined
  /** How many events its history has. */
  readonly pastLength: number
  readonly past: () => readonly pb.HistoryEvent[]
  readonly delivered: readonly News[]
}

/** What a turn asks for. */
export interface Decision {
  readonly actions: pb.OrchestratorAction[]
  readonly customStatus: string | undefined
  /** Whether the hub does not know of that custom status yet. */
  readonly isNews: boolean
}

/** The interpreter of a run between two turns. */
interface LiveRun {
  readonly generation: string | undefined
  readonly executor: Stepper
  readonly context: Context
  /** What the generation before has left, until this one has begun. */
  left: Continuation | undefined
  /** How many events the history has that it has seen, once the answer to its last turn is part of that. */
  events: number
  /** The custom status that its hub knows. */
  told: string | undefined
}

/** The input of a new generation: as the hub has it, and as it was before it became text. */
interface Continuation {
  readonly text: string
  readonly input: unknown
}

/** What is used of the SDK's registry. */
export interface LookUp {
  getOrchestrator(name: string | undefined): TOrchestrator
}

/** The parts of the SDK's executor that are used here, of which most are private there. */
interface Stepper extends Pick<InstanceType<typeof executors.OrchestrationExecutor>, 'execute'> {
  readonly _isSuspended: boolean
  processEvent(context: Context, event: pb.HistoryEvent): Promise<void>
}

/**
 * The interpreters of runs that took a turn not long ago. A run whose history is just what its interpreter has seen goes
 * on in that one; any other is replayed in a new one. Either way it asks for the same. A generation that begins with just
 * what the one before has left takes that over without reading it anew.
 *
 * Invariant: an interpreter is here only while its last answer is known to be part of the history.
 */
export class LiveRuns {
  readonly #registry: LookUp
  readonly #logger: Logger
  readonly #limit: number
  readonly #contextOf: (id: string) => Context
  /** Least recently used first. */
  readonly #runs = new Map<string, LiveRun>()
  /** The answers that are under way, by generation. */
  readonly #answering = new Map<string, Promise<void>>()
  /** What runs continue with, by run, while the answers that say so are under way. */
  readonly #continuations = new Map<string, Continuation>()

  /** Keeps at most `limit` interpreters of what `registry` finds, each with a context that `contextOf` makes for its run. */
  constructor(
    registry: LookUp,
    logger: Logger,
    limit: number,
    contextOf = (id: string): Context => new contexts.RuntimeOrchestrationContext(id),
  ) {
    this.#registry = registry
    this.#logger = logger
    this.#limit = limit
    this.#contextOf = contextOf
  }

  /** Takes a turn; `answer` tells the hub what it asks for, and rejects when that does not count. */
  async take(told: Told, answer: (decision: Decision) => Promise<unknown>): Promise<void> {
    const { id, generation = id } = told
    const last = this.#answering.get(generation)
    if (last) await last // the next turn may be here before the word that its answer counts
    if (told.delivered.some((news) => !isBrief(news) && news.hasExecutionrewound()))
      return this.#rewind(told, answer)
    const run = this.#runFor(told)
    const decision = await decide(run, told, this.#registry)
    const continuation = continuationOf(run, decision)
    if (continuation) this.#continuations.set(id, continuation)
    const answering = this.#answered(told, run, answer(decision))
    this.#answering.set(generation, answering)
    await answering
  }

  async #answered({ id, generation = id }: Told, run: LiveRun, answering: Promise<unknown>): Promise<void> {
    try {
      await answering
      this.#keep(id, run)
    } catch {
      // the hub gives the turn to somebody again, or has done so
    } finally {
      this.#answering.delete(generation)
      this.#continuations.delete(id)
    }
  }

  /** The SDK rewrites the whole history, or replays it. */
  async #rewind(
    { id, generation, past, delivered }: Told,
    answer: (decision: Decision) => Promise<unknown>,
  ): Promise<void> {
    const executor = newExecutor(this.#registry, this.#logger)
    const { actions, customStatus } = await executor.execute(
      id,
      [...past()],
      delivered.map(messageOf),
      generation,
    )
    await answer({ actions, customStatus, isNews: true })
  }

  #runFor({ id, generation, pastLength }: Told): LiveRun {
    const known = this.#runs.get(id)
    this.#runs.delete(id)
    if (known && known.generation === generation && known.events === pastLength) return known
    const continuation = this.#continuations.get(id)
    this.#continuations.delete(id) // whoever goes on with it changes it
    return this.#begun(id, generation, continuation)
  }

  #keep(id: string, run: LiveRun): void {
    if (run.context._isComplete || run.generation === undefined) return
    this.#runs.set(id, run)
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > this.#limit && oldest !== undefined) this.#runs.delete(oldest)
  }

  #begun(id: string, generation: string | undefined, left: Continuation | undefined): LiveRun {
    const context = this.#contextOf(id)
    if (generation !== undefined) context._executionId = generation
    const executor = newExecutor(this.#registry, this.#logger)
    return { generation, executor, context, left, events: 0, told: undefined }
  }
}

/** Tells an interpreter what it has not seen. */
async function decide(
  run: LiveRun,
  { pastLength, past, delivered }: Told,
  registry: LookUp,
): Promise<Decision> {
  const { context, executor } = run
  try {
    if (run.events === 0 && pastLength > 0)
      for (const event of past()) await executor.processEvent(context, event)
    context._isReplaying = false
    for (const news of delivered)
      if (!isHeard(run, news, registry)) await executor.processEvent(context, messageOf(news))
  } catch (error) {
    context.setFailed(error instanceof Error ? error : new Error(String(error)))
  }
  const actions = actionsOf(context)
  const customStatus = context.getCustomStatus()
  const isNews = customStatus !== run.told
  run.told = customStatus
  context._pendingActions = {} // what is accepted need not be confirmed by its event
  run.events = pastLength + delivered.length + actions.length
  return { actions, customStatus, isNews }
}

/** What a turn asks for. The SDK would write all of what a run goes on with as text, each time. */
function actionsOf(context: Context): pb.OrchestratorAction[] {
  const { _newInput: input } = context
  if (typeof input !== 'object' || input === null) return context.getActions()
  context._newInput = undefined
  const actions = context.getActions()
  context._newInput = input
  const text = values.getStringValue(textOfContinuation(input))
  actions.at(-1)?.getCompleteorchestration()?.setResult(text)
  return actions
}

function continuationOf({ context }: LiveRun, { actions }: Decision): Continuation | undefined {
  const text = actions.at(-1)?.getCompleteorchestration()?.getResult()?.getValue()
  return context._newInput === undefined || text === undefined
    ? undefined
    : { text, input: context._newInput }
}

/** Tells an interpreter what is new without its message; says whether it could. */
function isHeard(run: LiveRun, news: News, registry: LookUp): boolean {
  const { context, executor } = run
  if (!isBrief(news) || executor._isSuspended) return false
  if (news.brief === 'turn') {
    context._currentUtcDatetime = new Date(news.at)
    return true
  }
  const orchestration: unknown =
    news.brief === 'result'
      ? context._generator
      : registry.getOrchestrator(news.name)(context, inputFor(run, news))
  if (!(orchestration instanceof Orchestration)) return false
  if (news.brief === 'result') hear(context, news, orchestration)
  else begin(context, news, orchestration)
  return true
}

/** What a generation begins with; if it is what the one before has left, it need not be read. */
function inputFor(run: LiveRun, { input }: RunBegun): unknown {
  const { left } = run
  run.left = undefined
  if (left && input === left.text) return left.input
  return input ? JSON.parse(input) : undefined
}

function newExecutor(registry: LookUp, logger: Logger): Stepper {
  const executor: unknown = Reflect.construct(executors.OrchestrationExecutor, [registry, logger])
  if (isStepper(executor)) return executor
  throw new TypeError(
    'This version of @microsoft/durabletask-js executes orchestrations in another way; 0.4.0 is known',
  )
}

function isStepper(executor: unknown): executor is Stepper {
  return (
    typeof executor === 'object' &&
    executor !== null &&
    '_isSuspended' in executor &&
    'processEvent' in executor &&
    typeof executor.processEvent === 'function'
  )
}

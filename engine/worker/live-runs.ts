/* oxlint-disable eslint/no-underscore-dangle -- the names of the SDK */
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'

type Context = InstanceType<typeof contexts.RuntimeOrchestrationContext>

/** What a turn asks for. */
export interface Decision {
  readonly actions: pb.OrchestratorAction[]
  readonly customStatus: string | undefined
}

/** The interpreter of a run between two turns. */
interface LiveRun {
  readonly execution: string | undefined
  readonly executor: Stepper
  readonly context: Context
  /** How many events the history has that it has seen, once the answer to its last turn is part of that. */
  events: number
}

/** The part of the SDK's executor that is used here; it is private there. */
interface Stepper {
  processEvent(context: Context, event: pb.HistoryEvent): Promise<void>
}

/**
 * The interpreters of runs that took a turn not long ago. A run whose history is just what its interpreter has seen goes
 * on in that one; any other is replayed in a new one. Either way it asks for the same.
 *
 * Invariant: an interpreter is here only while its last answer is known to be part of the history.
 */
export class LiveRuns {
  readonly #newExecutor: () => unknown
  readonly #limit: number
  /** Least recently used first. */
  readonly #runs = new Map<string, LiveRun>()
  /** The answers that are under way, by run. */
  readonly #answering = new Map<string, Promise<void>>()

  /** Keeps at most `limit` interpreters; `newExecutor` gives an executor of the SDK for one run. */
  constructor(newExecutor: () => unknown, limit: number) {
    this.#newExecutor = newExecutor
    this.#limit = limit
  }

  /** Takes a turn; `answer` tells the hub what it asks for, and rejects when that does not count. */
  async take(
    request: pb.OrchestratorRequest,
    answer: (decision: Decision) => Promise<unknown>,
  ): Promise<void> {
    const id = request.getInstanceid()
    await this.#answering.get(id) // the next turn may be here before the word that the last answer counts
    const run = this.#runFor(request)
    const decision = await decide(run, request)
    const answering = answer(decision)
      .then(
        () => this.#keep(id, run),
        () => {}, // the hub gives the turn to somebody again, or has done so
      )
      .finally(() => this.#answering.delete(id))
    this.#answering.set(id, answering)
    await answering
  }

  #runFor(request: pb.OrchestratorRequest): LiveRun {
    const id = request.getInstanceid()
    const execution = request.getExecutionid()?.getValue()
    const known = this.#runs.get(id)
    this.#runs.delete(id)
    if (known && known.execution === execution && known.events === request.getPasteventsList().length)
      return known
    return this.#begun(id, execution)
  }

  #keep(id: string, run: LiveRun): void {
    if (run.context._isComplete || run.execution === undefined) return
    this.#runs.set(id, run)
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > this.#limit && oldest !== undefined) this.#runs.delete(oldest)
  }

  #begun(id: string, execution: string | undefined): LiveRun {
    const context = new contexts.RuntimeOrchestrationContext(id)
    if (execution !== undefined) context._executionId = execution
    const executor = this.#newExecutor()
    if (!isStepper(executor)) throw new TypeError(seam)
    return { execution, executor, context, events: 0 }
  }
}

/** Tells an interpreter what it has not seen. */
async function decide(run: LiveRun, request: pb.OrchestratorRequest): Promise<Decision> {
  const { context, executor } = run
  const [past, news] = [request.getPasteventsList(), request.getNeweventsList()]
  try {
    if (run.events === 0) for (const event of past) await executor.processEvent(context, event)
    context._isReplaying = false
    for (const event of news) await executor.processEvent(context, event)
  } catch (error) {
    context.setFailed(error instanceof Error ? error : new Error(String(error)))
  }
  const actions = context.getActions()
  context._pendingActions = {} // what is accepted need not be confirmed by its event
  run.events = past.length + news.length + actions.length
  return { actions, customStatus: context.getCustomStatus() }
}

const seam =
  'This version of @microsoft/durabletask-js executes orchestrations in another way; 0.4.0 is known'

function isStepper(executor: unknown): executor is Stepper {
  return (
    typeof executor === 'object' &&
    executor !== null &&
    'processEvent' in executor &&
    typeof executor.processEvent === 'function'
  )
}

/* oxlint-disable eslint/no-underscore-dangle -- the names of the SDK */
import type { TActivity, Task, TaskOptions } from '@microsoft/durabletask-js'
import type * as pb from '@microsoft/durabletask-js/dist/proto/orchestrator_service_pb.js'
import tasks from '@microsoft/durabletask-js/dist/task/completable-task.js'
import contexts from '@microsoft/durabletask-js/dist/worker/runtime-orchestration-context.js'

/** The SDK's context for a hub in this process: what every step asks for needs no message around it. */
export class LocalContext extends contexts.RuntimeOrchestrationContext {
  #calls: pb.OrchestratorAction[] = []

  override callActivity<TInput, TOutput>(
    activity: TActivity<TInput, TOutput> | string,
    input?: TInput,
    options?: TaskOptions,
  ): Task<TOutput> {
    // In a replay the message is compared with history.
    if (this._isReplaying || typeof activity !== 'string' || options !== undefined)
      return super.callActivity(activity, input, options)
    const id = this.nextSequenceNumber()
    const action: unknown = new CallAction(
      id,
      activity,
      input === undefined ? undefined : JSON.stringify(input),
    )
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has all that a hub asks of one
    this.#calls.push(action as pb.OrchestratorAction)
    const task = new tasks.CompletableTask<TOutput>()
    this._pendingTasks[id] = task
    return task
  }

  /** What the turn has asked for, in that order; calls are not remembered once this was asked. */
  override getActions(): pb.OrchestratorAction[] {
    const calls = this.#calls
    this.#calls = []
    const others = super.getActions()
    if (others.length === 0) return calls
    return calls.length === 0 ? others : [...calls, ...others].toSorted((a, b) => a.getId() - b.getId())
  }
}

/** An `OrchestratorAction` and the `ScheduleTaskAction` in it. */
class CallAction {
  readonly #id: number
  readonly #name: string
  readonly #input: string | undefined

  constructor(id: number, name: string, input: string | undefined) {
    this.#id = id
    this.#name = name
    this.#input = input
  }

  getId(): number {
    return this.#id
  }

  getScheduletask(): this {
    return this
  }

  getCompleteorchestration(): undefined {}

  hasCompleteorchestration(): boolean {
    return false
  }

  getName(): string {
    return this.#name
  }

  getVersion(): undefined {}

  getInput(): { getValue(): string } | undefined {
    const input = this.#input
    return input === undefined ? undefined : { getValue: () => input }
  }

  getParenttracecontext(): undefined {}

  getTagsMap(): typeof noTags {
    return noTags
  }
}

const noTags = { getLength: () => 0, forEach: () => {} }

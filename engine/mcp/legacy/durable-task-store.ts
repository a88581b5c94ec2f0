import type { CreateTaskOptions, TaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/interfaces.js'
import type { Request, RequestId, Result, Task } from '@modelcontextprotocol/sdk/types.js'
import { EngineError } from '../../error.ts'
import { argumentsOf, textParam } from '../call.ts'
import { resultOf } from '../outcome.ts'
import { settingsOf } from '../settings.ts'
import type { McpHost, McpOptions } from '../source.ts'
import { TaskCore } from '../task-core.ts'
import { isFinal } from '../task.ts'
import { legacyTask } from './words.ts'

/**
 * The `TaskStore` of the SDK's first line over runs: a tool that is registered with `registerToolTask` under the name of a
 * workflow creates its task here, and the task is a run of that workflow.
 *
 * Known limits, all of them the SDK's: it does not tell the store who is asking, so every client sees every run; it
 * refuses a call without a task by a result and not by an error; it looks for news at the poll interval and pushes none
 * of it; and the questions of a run do not reach the client, only the status `input_required`. Where these matter, attach.
 */
export class DurableTaskStore implements TaskStore {
  readonly #core: TaskCore
  readonly #inlineLimit: number

  constructor(host: McpHost, options: McpOptions = {}) {
    this.#core = new TaskCore(host)
    this.#inlineLimit = settingsOf(options).inlineLimit
  }

  async createTask(_options: CreateTaskOptions, _requestId: RequestId, request: Request): Promise<Task> {
    const params = argumentsOf(request.params ?? {})
    const task = await this.#core.start(textParam(params, 'name'), argumentsOf(params['arguments'] ?? {}), {})
    return legacyTask(task)
  }

  async getTask(taskId: string): Promise<Task | null> {
    const task = await this.#core.find(taskId, {})
    return task === undefined ? null : legacyTask(task)
  }

  async getTaskResult(taskId: string): Promise<Result> {
    const task = await this.#core.get(taskId, {})
    if (isFinal(task.status)) return { ...resultOf(task, this.#inlineLimit) }
    throw new EngineError('usage', `Run "${taskId}" has no result yet; it is ${task.status}`)
  }

  async listTasks(cursor?: string): Promise<{ tasks: Task[]; nextCursor?: string }> {
    const page = await this.#core.list({}, { cursor })
    return {
      tasks: page.tasks.map(legacyTask),
      ...(page.cursor === undefined ? {} : { nextCursor: page.cursor }),
    }
  }

  /** The one status that comes from outside is a cancel; for the rest the run decides. */
  async updateTaskStatus(taskId: string, status: Task['status'], message?: string): Promise<void> {
    if (status === 'cancelled') await this.#core.cancel(taskId, {}, message ?? 'Cancelled by the client')
  }

  /** Refused: what comes of a run is what its workflow says. */
  async storeTaskResult(taskId: string): Promise<void> {
    throw new EngineError(
      'usage',
      `The result of run "${taskId}" comes from its workflow; a server cannot store one`,
    )
  }

  /** Ends what is being watched. */
  close(): void {
    this.#core.close()
  }
}

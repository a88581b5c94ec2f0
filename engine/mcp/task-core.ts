import { createHash } from 'node:crypto'
import type { RunFilter } from '../client/client.ts'
import { EngineError } from '../error.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Definition } from '../language/definition.ts'
import type { Run } from '../run.ts'
import type { Limits } from './allowance.ts'
import { Feeds } from './feed.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import type { McpHost } from './source.ts'
import { isFinal, taskOf, type Task } from './task.ts'
import { describesObjects, exposed, wrapped } from './tool.ts'

/** Who is asking; without a principal the server has one user, who sees everything. */
export interface Caller {
  readonly principal?: string
}

/** Which page of tasks, and which tasks at all. */
export interface Page extends Pick<RunFilter, 'createdFrom' | 'status'> {
  readonly cursor?: string | undefined
  readonly limit?: number
}

/** The tag that names the principal to whom a run belongs. */
const ownerTag = 'mcp.principal'

const pageSize = 50
/** How long a cancel or an answer may wait to see the run take notice. */
const noticeMs = 2000
/** How many cancelled runs we remember on their behalf until they say so themselves. */
const mostRemembered = 1000

/**
 * What MCP can do to runs, without a word of either SDK: task id = run id, and no state of its own.
 *
 * Invariants:
 * 1. `start` answers after the hub made the run durable, so its id is never unknown afterwards.
 * 2. A task that `cancel` answered for is `cancelled` in every later answer, while its clean-up still runs.
 * 3. A caller learns nothing of a run that belongs to another principal, not even that it exists.
 */
export class TaskCore {
  readonly host: McpHost
  readonly #feeds: Feeds
  readonly #liveRuns: number | undefined
  /** Runs whose cancel is durable and which have not yet taken notice: invariant 2. */
  readonly #cancelled = new Set<string>()

  constructor(host: McpHost, { liveRuns }: Limits = {}) {
    this.host = host
    this.#liveRuns = liveRuns
    this.#feeds = new Feeds(host.client)
  }

  /** The exposed definition that is the tool `name`; refused when there is none. */
  definitionFor(name: string): Definition {
    const found = exposed(this.host.definitions()).find((definition) => definition.name === name)
    if (found !== undefined) return found
    throw rpcError(rpcCodes.invalidParams, `Unknown tool "${name}"; tools/list names the ones there are`)
  }

  /** Starts a run. The same `key` from the same caller for the same tool gives the task that it started the first time. */
  async start(
    tool: string,
    args: JsonObject,
    caller: Caller,
    key?: string,
    tags: Readonly<Record<string, string>> = {},
  ): Promise<Task> {
    const definition = this.definitionFor(tool)
    const input: Json = describesObjects(definition.input) ? args : (args[wrapped.input] ?? null)
    const id = key === undefined ? undefined : idFor(tool, key, caller)
    const known = id === undefined ? undefined : await this.find(id, caller)
    if (known !== undefined) return known
    await this.#checkLiveRuns(caller)
    try {
      const run = await this.host.client.start(definition, input, {
        ...(id === undefined ? {} : { id }),
        tags: { ...tags, ...tagsOf(caller).tags },
      })
      // A task begins as working, however quick the run has been.
      return this.#task({ ...run, status: 'pending', report: {} })
    } catch (error) {
      if (id !== undefined && error instanceof EngineError && error.code === 'run.exists')
        return await this.get(id, caller)
      throw error
    }
  }

  /** The task; refused when the caller has none of that id. */
  async get(id: string, caller: Caller): Promise<Task> {
    const task = await this.find(id, caller)
    if (task === undefined) throw unknownTask()
    return task
  }

  /** The task, if the caller has one of that id. */
  async find(id: string, caller: Caller): Promise<Task | undefined> {
    const run = await this.host.client.get(id)
    return run !== undefined && owns(caller, run) ? this.#task(run) : undefined
  }

  /** A page of the caller's tasks. */
  async list(
    caller: Caller,
    { cursor, limit = pageSize, ...filter }: Page = {},
  ): Promise<{ readonly tasks: readonly Task[]; readonly cursor?: string }> {
    const page = await this.host.client.list({
      limit,
      ...filter,
      ...tagsOf(caller),
      ...(cursor === undefined ? {} : { cursor: openCursor(cursor) }),
    })
    return {
      tasks: page.runs.map((run) => this.#task(run)),
      ...(page.cursor === undefined ? {} : { cursor: sealCursor(page.cursor) }),
    }
  }

  /** Resolves when the task is final; rejects with the reason of `signal`. */
  async settle(id: string, caller: Caller, signal: AbortSignal): Promise<Task> {
    const task = await this.get(id, caller)
    return isFinal(task.status) ? task : await this.until(id, ({ status }) => isFinal(status), signal)
  }

  /** Resolves with the task when it is final, or as it is after so long. */
  async settleWithin(id: string, caller: Caller, ms: number): Promise<Task> {
    const limit = AbortSignal.timeout(ms)
    try {
      return await this.settle(id, caller, limit)
    } catch (error) {
      if (!limit.aborted) throw error
      return await this.get(id, caller)
    }
  }

  /** Answers an open question, named by its key or its step. */
  async answer(id: string, caller: Caller, question: string, data: Json): Promise<void> {
    await this.get(id, caller)
    await this.host.client.answer(id, question, data)
  }

  /** Tells that nobody will answer an open question, named by its key or its step. */
  async decline(id: string, caller: Caller, question: string, reason?: string): Promise<void> {
    await this.get(id, caller)
    await this.host.client.decline(id, question, reason)
  }

  /** Has the run remember that an answer was refused; every server then puts the question anew. */
  async noteRefusal(id: string, caller: Caller, question: string, reason: string): Promise<void> {
    await this.get(id, caller)
    await this.host.client.noteRefusal(id, question, reason)
  }

  /** Asks the run to stop and answers at once. Nothing to do for one that has ended. */
  async requestCancel(id: string, caller: Caller, reason: string): Promise<void> {
    const task = await this.get(id, caller)
    if (!isFinal(task.status)) await this.#cancel(id, reason)
  }

  /** Cancels for good: what it answers stays. Refused for a task that has ended, or ends before the run took notice. */
  async cancel(id: string, caller: Caller, reason: string): Promise<Task> {
    const task = await this.get(id, caller)
    if (isFinal(task.status)) throw alreadyFinal(task)
    await this.#cancel(id, reason)
    const after = await this.notice(id, ({ status }) => isFinal(status))
    if (after?.status === 'completed' || after?.status === 'failed') throw alreadyFinal(after)
    if (after !== undefined) return after
    this.#remember(id)
    return await this.get(id, caller)
  }

  /** Resolves with the task once it is as wanted; rejects with the reason of `signal`. */
  until(id: string, isEnough: (task: Task) => boolean, signal: AbortSignal): Promise<Task> {
    return new Promise((resolve, reject) => {
      let stop: (() => void) | undefined
      const done = (act: () => void): void => {
        signal.removeEventListener('abort', abort)
        act()
        // The listener may be called before `listen` has given us the way to stop it.
        queueMicrotask(() => stop?.())
      }
      const abort = (): void => done(() => reject(signal.reason))
      if (signal.aborted) return reject(signal.reason)
      signal.addEventListener('abort', abort)
      stop = this.#feeds.listen(
        id,
        (run) => {
          if (run === undefined) return done(() => reject(unknownTask()))
          const task = this.#task(run)
          if (isEnough(task)) done(() => resolve(task))
        },
        false,
      )
    })
  }

  /** Gives the run a moment to take notice of what it was told; without a worker it does not, and nobody waits longer. */
  async notice(id: string, hasNoticed: (task: Task) => boolean): Promise<Task | undefined> {
    const signal = AbortSignal.timeout(noticeMs)
    try {
      return await this.until(id, hasNoticed, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
  }

  /** Calls `listener` with the task now and when it changed: every time, or calmly, at most five times a second; `undefined`: it is no more. */
  subscribe(
    id: string,
    listener: (task: Task | undefined) => void,
    pace: 'calm' | 'eager' = 'calm',
  ): () => void {
    return this.#feeds.listen(id, (run) => listener(run && this.#task(run)), pace === 'calm')
  }

  close(): void {
    this.#feeds.close()
  }

  async #checkLiveRuns(caller: Caller): Promise<void> {
    if (this.#liveRuns === undefined) return
    const { runs } = await this.host.client.list({
      status: ['pending', 'running', 'waiting', 'suspended'],
      limit: this.#liveRuns,
      ...tagsOf(caller),
    })
    if (runs.length >= this.#liveRuns)
      throw rpcError(
        rpcCodes.tooMany,
        `There are ${this.#liveRuns} runs under way already; wait for one to end, or cancel one`,
      )
  }

  #task(run: Run): Task {
    if (run.report.cancelling === true || run.status === 'cancelled') this.#cancelled.delete(run.id)
    const seen = this.#cancelled.has(run.id)
      ? { ...run, report: { ...run.report, cancelling: true as const } }
      : run
    return taskOf(
      seen,
      this.host.definitions().find(({ name }) => name === run.workflow),
    )
  }

  async #cancel(id: string, reason: string): Promise<void> {
    try {
      await this.host.client.cancel(id, { reason })
    } catch (error) {
      // It ended in the meantime; whoever asked looks at it again anyway.
      if (!(error instanceof EngineError && error.code === 'run.ended')) throw error
    }
  }

  #remember(id: string): void {
    this.#cancelled.add(id)
    const [oldest] = this.#cancelled
    if (this.#cancelled.size > mostRemembered && oldest !== undefined) this.#cancelled.delete(oldest)
  }
}

function tagsOf({ principal }: Caller): { readonly tags?: Readonly<Record<string, string>> } {
  return principal === undefined ? {} : { tags: { [ownerTag]: principal } }
}

/** Whether a run belongs to `caller`. */
export function owns(caller: Caller, run: Run): boolean {
  return caller.principal === undefined || run.tags[ownerTag] === caller.principal
}

/** The same words for a task that never was and for one that is not the caller's: invariant 3. */
function unknownTask(): Error {
  return rpcError(rpcCodes.invalidParams, 'Failed to retrieve task: Task not found')
}

function alreadyFinal(task: Task): Error {
  return rpcError(rpcCodes.invalidParams, `Cannot cancel task: already in terminal status "${task.status}"`)
}

/** A UUID (version 8) that only the caller can know who knows the key, the same in every process. */
function idFor(tool: string, key: string, caller: Caller): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([caller.principal ?? null, tool, key]))
    .digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

function sealCursor(cursor: string): string {
  return Buffer.from(`runs:${cursor}`).toString('base64url')
}

function openCursor(sealed: string): string {
  const cursor = Buffer.from(sealed, 'base64url').toString()
  if (cursor.startsWith('runs:')) return cursor.slice('runs:'.length)
  throw rpcError(rpcCodes.invalidParams, 'Invalid cursor')
}

import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import {
  CallToolRequestSchema,
  CancelTaskRequestSchema,
  CompleteRequestSchema,
  ElicitResultSchema,
  GetPromptRequestSchema,
  GetTaskPayloadRequestSchema,
  GetTaskRequestSchema,
  ListPromptsRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListResourcesRequestSchema,
  ListTasksRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
  type CallToolRequest,
  type ElicitResult,
  type Notification,
  type Request,
  type Result,
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonObject } from '../../json.ts'
import { argumentsOf, idempotencyKeyOf, stillRunning } from '../call.ts'
import { resultOf } from '../outcome.ts'
import { readingMethods } from '../reading.ts'
import { rpcCodes, rpcError, toRpcError } from '../rpc-error.ts'
import type { Settings } from '../settings.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'
import { Subscriptions } from '../subscriptions.ts'
import { allTools, extraToolNamed } from '../toolbox.ts'
import { Conversation, type Elicit } from './conversation.ts'
import { Follower, type Stream } from './follower.ts'
import { legacyTask, legacyTool, relatedTask, taskPayload } from './words.ts'

type Extra = RequestHandlerExtra<Request, Notification>

/** As long as a timer can be: a person may take days to answer. */
const longestMs = 2 ** 31 - 1

/** One client of 2025-11-25 or older: the SDK's low-level server with our own tasks, and what only this client is told. */
export class LegacySession {
  readonly server: Server
  readonly #core: TaskCore
  readonly #settings: Settings
  readonly #conversation: Conversation
  readonly #follower: Follower
  readonly #subscriptions: Subscriptions
  readonly #stopListening: () => void
  /** How to close the stream of a request that waits for a task. */
  readonly #closers = new Map<unknown, () => void>()

  constructor(core: TaskCore, settings: Settings) {
    this.#core = core
    this.#settings = settings
    this.server = new Server(
      { name: 'longhaul', title: 'Longhaul', version: settings.version },
      {
        capabilities: {
          tools: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          prompts: {},
          completions: {},
          tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
        },
        instructions: settings.instructions,
      },
    )
    this.#conversation = new Conversation(core, settings.onError)
    this.#follower = new Follower(
      core,
      this.#conversation,
      () => this.server.getClientCapabilities()?.elicitation !== undefined,
    )
    this.#subscriptions = new Subscriptions(
      core,
      (uri) => void this.server.sendResourceUpdated({ uri }).catch(() => {}),
    )
    this.#stopListening = core.host.onDefinitionsChanged(() => void this.#tellOfChange())
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    this.server.onclose = () => this.#end()
    this.#serveTools()
    this.#serveTasks()
    this.#serveReading()
  }

  /** Opens the stream for what belongs to no request; gives the way to close it. */
  openPush(): () => void {
    const stream = this.#streamOf(
      (notification) => this.server.notification(notification),
      (request, signal) => this.server.request(request, ElicitResultSchema, { signal, timeout: longestMs }),
    )
    this.#follower.openPush(stream)
    return () => this.#follower.closePush(stream)
  }

  /** The stream that would have carried the answer to a request is gone; what goes on does so over others. */
  loseStream(requestId: unknown): void {
    this.#closers.get(requestId)?.()
  }

  #serveTools(): void {
    this.server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      if (params?.cursor !== undefined) throw rpcError(rpcCodes.invalidParams, 'Invalid cursor')
      return { tools: allTools(this.#core, this.#settings).map(legacyTool) }
    })
    this.server.setRequestHandler(CallToolRequestSchema, (request, extra) =>
      this.#guard(() => this.#call(request.params, extra)),
    )
  }

  #serveTasks(): void {
    this.server.setRequestHandler(GetTaskRequestSchema, ({ params }, extra) =>
      this.#guard(async () => {
        const caller = callerOf(extra)
        const task = await this.#core.get(params.taskId, caller)
        this.#follower.follow(task, caller)
        return legacyTask(task)
      }),
    )
    this.server.setRequestHandler(GetTaskPayloadRequestSchema, ({ params }, extra) =>
      this.#guard(async () => {
        const caller = callerOf(extra)
        const task = await this.#settle(
          await this.#core.get(params.taskId, caller),
          caller,
          extra,
          extra.signal,
        )
        return taskPayload(resultOf(task, this.#settings.inlineLimit), task.id)
      }),
    )
    this.server.setRequestHandler(ListTasksRequestSchema, ({ params }, extra) =>
      this.#guard(async () => {
        const { tasks, cursor } = await this.#core.list(callerOf(extra), { cursor: params?.cursor })
        return { tasks: tasks.map(legacyTask), ...(cursor === undefined ? {} : { nextCursor: cursor }) }
      }),
    )
    this.server.setRequestHandler(CancelTaskRequestSchema, ({ params }, extra) =>
      this.#guard(async () =>
        legacyTask(await this.#core.cancel(params.taskId, callerOf(extra), 'Cancelled by the client')),
      ),
    )
  }

  #serveReading(): void {
    for (const [method, schema] of readingSchemas)
      this.server.setRequestHandler(schema, ({ params }, extra) =>
        this.#guard(() => readingMethods[method](this.#core, argumentsOf(params ?? {}), callerOf(extra))),
      )
    this.server.setRequestHandler(SubscribeRequestSchema, ({ params }, extra) =>
      this.#guard(() => this.#subscriptions.add(params.uri, callerOf(extra))),
    )
    this.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) =>
      this.#subscriptions.remove(params.uri),
    )
  }

  async #call(params: CallToolRequest['params'], extra: Extra): Promise<Result> {
    const { name, arguments: args = {}, task: wanted, _meta: meta } = params
    const caller = callerOf(extra)
    const waits = wanted === undefined
    const extraTool = extraToolNamed(name, this.#settings)
    if (extraTool !== undefined) {
      if (!waits)
        throw rpcError(rpcCodes.methodNotFound, `Tool "${name}" answers at once: call it without "task"`)
      return { ...(await extraTool.call(this.#core, argumentsOf(args), caller)) }
    }
    const { tool } = this.#core.definitionFor(name)
    if (waits && tool.taskSupport === 'required' && this.#settings.onNonTaskClient === 'reject')
      throw rpcError(
        rpcCodes.methodNotFound,
        `Tool "${name}" runs as a task: send tools/call with "task": {} among its params, then ask tasks/get and tasks/result`,
      )
    const task = await this.#core.start(name, argumentsOf(args), caller, idempotencyKeyOf(meta))
    this.#follower.follow(task, caller, meta?.progressToken)
    if (!waits) return { task: legacyTask(task), _meta: immediately(task) }
    return await this.#wait(task, caller, extra)
  }

  /** Answers a call without a task: with the result, or after a while with where to find it. */
  async #wait(task: Task, caller: Caller, extra: Extra): Promise<Result> {
    const limit = AbortSignal.timeout(this.#settings.waitLimitMs)
    try {
      const settled = await this.#settle(task, caller, extra, AbortSignal.any([extra.signal, limit]))
      return { ...resultOf(settled, this.#settings.inlineLimit) }
    } catch (error) {
      // The client took its request back, and has no other way to stop what it started.
      if (typeof extra.signal.reason === 'string')
        await this.#core.requestCancel(task.id, caller, 'The client cancelled its request')
      if (extra.signal.aborted || !limit.aborted) throw error
      return { ...stillRunning(task) }
    }
  }

  /** Waits for the end of a task, with this request's stream as the one to be told and asked over. */
  async #settle(task: Task, caller: Caller, extra: Extra, signal: AbortSignal): Promise<Task> {
    const stream = this.#streamOf(
      (notification) => extra.sendNotification(notification),
      (request, stop) => extra.sendRequest(request, ElicitResultSchema, { signal: stop, timeout: longestMs }),
    )
    this.#follower.follow(task, caller)
    const close = (): void => this.#follower.closeResult(task.id, stream)
    this.#follower.openResult(task.id, stream)
    this.#closers.set(extra.requestId, close)
    try {
      return await this.#core.settle(task.id, caller, signal)
    } finally {
      this.#closers.delete(extra.requestId)
      close()
    }
  }

  #streamOf(
    notify: (notification: Notification) => Promise<void>,
    request: (request: Request, signal: AbortSignal) => Promise<ElicitResult>,
  ): Stream {
    const elicit: Elicit = async ({ message, requestedSchema, taskId }, signal) => {
      const params = { mode: 'form', message, requestedSchema, _meta: { [relatedTask]: { taskId } } }
      const { action, content } = await request({ method: 'elicitation/create', params }, signal)
      return { action, ...(content === undefined ? {} : { content: argumentsOf(content) }) }
    }
    return {
      elicit,
      // A client that went away is no error: it asks again when it is back.
      notify: (method, params) => notify({ method, params: { ...params } }).catch(() => {}),
    }
  }

  async #guard<T>(answer: () => Promise<T>): Promise<T> {
    try {
      return await answer()
    } catch (error) {
      throw toRpcError(error, this.#settings.onError)
    }
  }

  async #tellOfChange(): Promise<void> {
    try {
      await this.server.sendToolListChanged()
      await this.server.sendResourceListChanged()
      this.#subscriptions.tellOfDefinitions()
    } catch {
      // A client that went away asks again when it is back.
    }
  }

  #end(): void {
    this.#stopListening()
    this.#follower.close()
    this.#conversation.close()
    this.#subscriptions.close()
  }
}

const readingSchemas = [
  ['resources/list', ListResourcesRequestSchema],
  ['resources/templates/list', ListResourceTemplatesRequestSchema],
  ['resources/read', ReadResourceRequestSchema],
  ['prompts/list', ListPromptsRequestSchema],
  ['prompts/get', GetPromptRequestSchema],
  ['completion/complete', CompleteRequestSchema],
] as const

function callerOf({ authInfo }: Extra): Caller {
  return authInfo === undefined ? {} : { principal: authInfo.clientId }
}

/** What the model may be told before there is a result. */
function immediately(task: Task): JsonObject {
  return {
    'io.modelcontextprotocol/model-immediate-response': `"${task.run.workflow}" has started as task ${task.id}`,
  }
}

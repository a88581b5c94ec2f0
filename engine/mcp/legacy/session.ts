import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  ElicitResultSchema,
  type ElicitResult,
  type Notification,
  type Request,
  type ServerCapabilities,
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonObject } from '../../json.ts'
import { argumentsOf, textParam } from '../call.ts'
import { Chain, type Answer, type Handler } from '../chain.ts'
import { resultOf } from '../outcome.ts'
import { readingMethods } from '../reading.ts'
import { rpcCodes, rpcError, toRpcError } from '../rpc-error.ts'
import type { Settings } from '../settings.ts'
import { Subscriptions } from '../subscriptions.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'
import { allTools } from '../toolbox.ts'
import { callTool, type Line } from './call.ts'
import { Conversation, type Elicit } from './conversation.ts'
import { Follower, type Stream } from './follower.ts'
import { register, type Extra, type LegacyMethod } from './register.ts'
import { legacyTask, legacyTool, relatedTask, taskPayload } from './words.ts'

/** As long as a timer can be: a person may take days to answer. */
const longestMs = 2 ** 31 - 1

const capabilities: ServerCapabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: {},
  completions: {},
  tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
}

/** One client of 2025-11-25 or older: the SDK's low-level server with our own tasks, and what only this client is told. */
export class LegacySession implements Line {
  readonly server: Server
  readonly core: TaskCore
  readonly settings: Settings
  readonly #chain: Chain
  readonly #conversation: Conversation
  readonly #follower: Follower
  readonly #subscriptions: Subscriptions
  readonly #stopListening: () => void
  /** How to close the stream of a request that waits for a task. */
  readonly #closers = new Map<unknown, () => void>()

  /** `host` is a server whose `handlers` answer whatever is not ours; without one, this is a server of its own. */
  constructor(
    core: TaskCore,
    settings: Settings,
    host?: { readonly server: Server; readonly handlers: ReadonlyMap<string, Handler> },
  ) {
    this.core = core
    this.settings = settings
    this.server = host?.server ?? ownServer(settings)
    this.#chain = new Chain(core, settings, host?.handlers)
    host?.server.registerCapabilities(capabilities)
    this.#conversation = new Conversation(core, settings.onError)
    const canBeAsked = (): boolean => this.server.getClientCapabilities()?.elicitation !== undefined
    this.#follower = new Follower(core, this.#conversation, canBeAsked)
    const tell = (uri: string): void => void this.server.sendResourceUpdated({ uri }).catch(() => {})
    this.#subscriptions = new Subscriptions(core, tell)
    this.#stopListening = core.host.onDefinitionsChanged(() => void this.#tellOfChange())
    const closed = this.server.onclose
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    this.server.onclose = () => {
      this.#end()
      closed?.()
    }
    this.#serveAll()
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

  follow(task: Task, caller: Caller, progressToken?: string | number): void {
    this.#follower.follow(task, caller, progressToken)
  }

  async settle(task: Task, caller: Caller, extra: Extra, signal: AbortSignal): Promise<Task> {
    const stream = this.#streamOf(
      (notification) => extra.sendNotification(notification),
      (request, stop) => extra.sendRequest(request, ElicitResultSchema, { signal: stop, timeout: longestMs }),
    )
    this.follow(task, caller)
    const close = (): void => this.#follower.closeResult(task.id, stream)
    this.#follower.openResult(task.id, stream)
    this.#closers.set(extra.requestId, close)
    try {
      return await this.core.settle(task.id, caller, signal)
    } finally {
      this.#closers.delete(extra.requestId)
      close()
    }
  }

  #serveAll(): void {
    const { core, settings } = this
    this.#serve('tools/list', async ({ cursor }) => {
      if (cursor !== undefined) throw rpcError(rpcCodes.invalidParams, 'Invalid cursor')
      return { tools: allTools(core, settings).map(legacyTool) }
    })
    this.#serve('tools/call', (params, caller, extra) => callTool(params, caller, extra, this))
    this.#serve('tasks/get', async (params, caller) => {
      const task = await core.get(textParam(params, 'taskId'), caller)
      this.follow(task, caller)
      return legacyTask(task)
    })
    this.#serve('tasks/result', async (params, caller, extra) => {
      const task = await this.settle(
        await core.get(textParam(params, 'taskId'), caller),
        caller,
        extra,
        extra.signal,
      )
      return taskPayload(resultOf(task, settings.inlineLimit), task.id)
    })
    this.#serve('tasks/list', async ({ cursor }, caller) => {
      const page = await core.list(caller, typeof cursor === 'string' ? { cursor } : {})
      return {
        tasks: page.tasks.map(legacyTask),
        ...(page.cursor === undefined ? {} : { nextCursor: page.cursor }),
      }
    })
    this.#serve('tasks/cancel', async (params, caller) =>
      legacyTask(await core.cancel(textParam(params, 'taskId'), caller, 'Cancelled by the client')),
    )
    for (const [method, answer] of readingMethods)
      this.#serve(method, (params, caller) => answer(core, params, caller))
    this.#serve('resources/subscribe', (params, caller) =>
      this.#subscriptions.add(textParam(params, 'uri'), caller),
    )
    this.#serve('resources/unsubscribe', async (params) =>
      this.#subscriptions.remove(textParam(params, 'uri')),
    )
  }

  #serve(
    method: LegacyMethod,
    answer: (params: JsonObject, caller: Caller, extra: Extra) => Promise<Answer>,
  ): void {
    register(this.server, method, async (request, extra) => {
      const caller = callerOf(extra)
      try {
        return await this.#chain.answer(request, extra, caller, () =>
          answer(argumentsOf(request.params ?? {}), caller, extra),
        )
      } catch (error) {
        throw toRpcError(error, this.settings.onError)
      }
    })
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

function ownServer({ version, instructions }: Settings): Server {
  return new Server({ name: 'longhaul', title: 'Longhaul', version }, { capabilities, instructions })
}

function callerOf({ authInfo }: Extra): Caller {
  return authInfo === undefined ? {} : { principal: authInfo.clientId }
}

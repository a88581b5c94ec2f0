import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage, Notification, ServerCapabilities } from '@modelcontextprotocol/sdk/types.js'
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
import { Conversation } from './conversation.ts'
import { Follower, type Stream } from './follower.ts'
import { Inquiries, type Send } from './inquiries.ts'
import { register, type Extra, type LegacyMethod } from './register.ts'
import { sessionTags } from './session-id.ts'
import { legacyTask, legacyTool, taskPayload } from './words.ts'

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
  readonly #inquiries: Inquiries
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
    this.#inquiries = new Inquiries(core, settings.onError)
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

  /** Connects the server, in the way that its host does. */
  async connect(
    transport: Transport,
    connect: (transport: Transport) => Promise<void> = (to) => this.server.connect(to),
  ): Promise<void> {
    await connect(transport)
    const { onmessage } = transport
    // Replies to our forms come to us: the SDK knows only of requests that it sent itself.
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has no other way
    transport.onmessage = (message, extra) => {
      if (!this.#inquiries.hear(message, callerOf(extra ?? {}))) onmessage?.(message, extra)
    }
  }

  /** Opens the stream for what belongs to no request; gives the way to close it. */
  openPush(): () => void {
    const stream = this.#streamOf(
      (notification) => this.server.notification(notification),
      (message) => this.#send(message),
    )
    this.#follower.openPush(stream)
    return () => this.#follower.closePush(stream)
  }

  /** The stream that would have carried the answer to a request is gone; what goes on does so over others. */
  loseStream(requestId: unknown): void {
    this.#closers.get(requestId)?.()
  }

  tagsOf(progressToken?: string | number): Readonly<Record<string, string>> {
    const id = this.server.transport?.sessionId
    return id === undefined ? {} : sessionTags(id, progressToken)
  }

  follow(task: Task, caller: Caller, progressToken?: string | number): void {
    this.#follower.follow(task, caller, progressToken)
  }

  async settle(task: Task, caller: Caller, extra: Extra, signal: AbortSignal): Promise<Task> {
    const stream = this.#streamOf(
      (notification) => extra.sendNotification(notification),
      (message) => this.#send(message, { relatedRequestId: extra.requestId }),
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

  #streamOf(notify: (notification: Notification) => Promise<void>, send: Send): Stream {
    return {
      elicit: (inquiry, signal) => this.#inquiries.ask(inquiry, send, signal),
      // A client that went away is no error: it asks again when it is back.
      notify: (method, params) => notify({ method, params: { ...params } }).catch(() => {}),
    }
  }

  async #send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    await this.server.transport?.send(message, options)
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

function callerOf({ authInfo }: Pick<Extra, 'authInfo'>): Caller {
  return authInfo === undefined ? {} : { principal: authInfo.clientId }
}

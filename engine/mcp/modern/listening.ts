import { SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { runOf } from '../resources.ts'
import { rpcCodes, rpcError, type RpcError } from '../rpc-error.ts'
import type { Caller, TaskCore } from '../task-core.ts'
import type { Task } from '../task.ts'
import type { ModernParts } from './parts.ts'
import { declaresTasks } from './request.ts'
import { detailedTask, missingExtension } from './words.ts'

/** A `subscriptions/listen` that asks for what the SDK's own router knows nothing of: tasks, and runs as resources. */
export interface RunListen {
  readonly id: Json
  readonly taskIds: readonly string[]
  readonly uris: readonly string[]
  /** Why it is refused. */
  readonly refusal?: RpcError
}

/** What a message wants to hear of runs; `undefined` for any other message. */
export function runListenOf(message: Json | undefined): RunListen | undefined {
  if (!isJsonObject(message) || message['method'] !== 'subscriptions/listen') return undefined
  const params = objectOf(message['params'])
  const { taskIds, resourceSubscriptions } = objectOf(params['notifications'])
  const uris = textsOf(resourceSubscriptions).filter((uri) => runOf(uri) !== undefined)
  if (taskIds === undefined && uris.length === 0) return undefined
  const refusal = taskIds === undefined ? undefined : refusalOf(taskIds, params)
  return {
    id: message['id'] ?? null,
    taskIds: textsOf(taskIds),
    uris,
    ...(refusal === undefined ? {} : { refusal }),
  }
}

function refusalOf(taskIds: Json, params: JsonObject): RpcError | undefined {
  if (!declaresTasks(params['_meta'])) return missingExtension('Listening to tasks')
  if (Array.isArray(taskIds) && taskIds.every((id) => typeof id === 'string')) return undefined
  return rpcError(rpcCodes.invalidParams, 'Invalid params: notifications.taskIds must be a list of strings')
}

/** What of `listen` is about runs of the caller; what is not looks as if it did not exist. */
export async function ownPart(core: TaskCore, listen: RunListen, caller: Caller): Promise<RunListen> {
  const ids = new Set([...listen.taskIds, ...listen.uris.flatMap((uri) => runOf(uri) ?? [])])
  const found = await Promise.all([...ids].map((id) => core.find(id, caller)))
  const own = new Set(found.flatMap((task) => task?.id ?? []))
  return {
    id: listen.id,
    taskIds: [...new Set(listen.taskIds)].filter((id) => own.has(id)),
    uris: [...new Set(listen.uris)].filter((uri) => own.has(runOf(uri) ?? '')),
  }
}

/** `message` without the resources of others, for the SDK to check and acknowledge. */
export function withOnly(message: Json | undefined, { uris }: RunListen): JsonObject {
  const whole = objectOf(message)
  const params = objectOf(whole['params'])
  const notifications = objectOf(params['notifications'])
  const kept = textsOf(notifications['resourceSubscriptions']).filter(
    (uri) => runOf(uri) === undefined || uris.includes(uri),
  )
  return {
    ...whole,
    params: { ...params, notifications: { ...notifications, resourceSubscriptions: kept } },
  }
}

/** Tells one subscription how the tasks get on that it may see. */
export class Listening {
  readonly listen: RunListen
  readonly #parts: ModernParts
  readonly #emit: (notification: JsonObject) => void
  readonly #stops: (() => void)[] = []

  constructor(parts: ModernParts, listen: RunListen, emit: (notification: JsonObject) => void) {
    this.#parts = parts
    this.listen = listen
    this.#emit = emit
  }

  /** Tells how each task stands, and from then on what changes. */
  start(): void {
    const { settings } = this.#parts
    for (const taskId of this.listen.taskIds)
      this.#follow(taskId, true, 'notifications/tasks', (task) => detailedTask(task, settings.inlineLimit))
    for (const uri of this.listen.uris)
      this.#follow(runOf(uri) ?? '', false, 'notifications/resources/updated', () => ({ uri }))
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  #follow(id: string, atOnce: boolean, method: string, paramsOf: (task: Task) => JsonObject): void {
    let told = atOnce ? '' : undefined
    const stop = this.#parts.core.subscribe(id, (task) => {
      if (task === undefined) return
      const params = paramsOf(task)
      const state = JSON.stringify([task.status, task.updatedAt, params])
      const isNews = told !== undefined && told !== state
      told = state
      if (isNews)
        this.#emit({
          jsonrpc: '2.0',
          method,
          params: { ...params, _meta: { [SUBSCRIPTION_ID_META_KEY]: this.listen.id } },
        })
    })
    this.#stops.push(stop)
  }

  /** The SDK's acknowledgement, with the tasks that will be told about; `undefined` for any other message. */
  acknowledge(message: Json): JsonObject | undefined {
    if (!isJsonObject(message) || message['method'] !== 'notifications/subscriptions/acknowledged')
      return undefined
    const params = objectOf(message['params'])
    const { id, taskIds } = this.listen
    if (objectOf(params['_meta'])[SUBSCRIPTION_ID_META_KEY] !== id) return undefined
    const notifications = objectOf(params['notifications'])
    return {
      ...message,
      params: { ...params, notifications: { ...notifications, ...(taskIds.length > 0 ? { taskIds } : {}) } },
    }
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

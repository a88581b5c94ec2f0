import { SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import type { RpcError } from '../rpc-error.ts'
import type { Caller } from '../task-core.ts'
import { declaresTasks, type ModernParts } from './server.ts'
import { detailedTask, missingExtension } from './words.ts'

/** A `subscriptions/listen` that asks for tasks; the SDK's own router knows nothing of those. */
export interface TaskListen {
  readonly id: Json
  readonly taskIds: readonly string[]
  /** Why it is refused. */
  readonly refusal?: RpcError
}

/** The tasks that a message wants to listen to; `undefined` for any other message. */
export function taskListenOf(message: Json | undefined): TaskListen | undefined {
  if (!isJsonObject(message) || message['method'] !== 'subscriptions/listen') return undefined
  const { id = null, params } = message
  const wanted = isJsonObject(params) ? params['notifications'] : undefined
  const taskIds = isJsonObject(wanted) ? wanted['taskIds'] : undefined
  if (!isJsonObject(params) || !Array.isArray(taskIds)) return undefined
  const refusal = missingExtension('Listening to tasks')
  return {
    id,
    taskIds: taskIds.filter((taskId) => typeof taskId === 'string'),
    ...(declaresTasks(params['_meta']) ? {} : { refusal }),
  }
}

/** Those of the wanted tasks that belong to the caller. */
export async function ownedOf(
  { core }: ModernParts,
  { taskIds }: TaskListen,
  caller: Caller,
): Promise<readonly string[]> {
  const found = await Promise.allSettled([...new Set(taskIds)].map((taskId) => core.get(taskId, caller)))
  return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value.id] : []))
}

/** Tells one subscription how the tasks get on that it may see. */
export class Listening {
  /** The tasks that it is told about. */
  readonly taskIds: readonly string[]
  /** The id of the request, by which the client knows its subscription. */
  readonly id: Json
  readonly #parts: ModernParts
  readonly #emit: (notification: JsonObject) => void
  readonly #stops: (() => void)[] = []

  constructor(
    parts: ModernParts,
    id: Json,
    taskIds: readonly string[],
    emit: (notification: JsonObject) => void,
  ) {
    this.#parts = parts
    this.id = id
    this.taskIds = taskIds
    this.#emit = emit
  }

  /** Tells how each task stands, and from then on what changes. */
  start(): void {
    const { core, asking, settings } = this.#parts
    for (const taskId of this.taskIds) {
      let told = ''
      const stop = core.subscribe(taskId, (task) => {
        if (task === undefined) return
        const params = { ...detailedTask(task, asking, settings.inlineLimit) }
        const key = JSON.stringify(params)
        if (key === told) return
        told = key
        this.#emit({
          jsonrpc: '2.0',
          method: 'notifications/tasks',
          params: { ...params, _meta: { [SUBSCRIPTION_ID_META_KEY]: this.id } },
        })
      })
      this.#stops.push(stop)
    }
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  /** The SDK's acknowledgement, with the tasks that will be told about; `undefined` for any other message. */
  acknowledge(message: Json): JsonObject | undefined {
    if (!isJsonObject(message) || message['method'] !== 'notifications/subscriptions/acknowledged')
      return undefined
    const params = isJsonObject(message['params']) ? message['params'] : {}
    if (argumentsOf(params['_meta'])[SUBSCRIPTION_ID_META_KEY] !== this.id) return undefined
    const notifications = isJsonObject(params['notifications']) ? params['notifications'] : {}
    return { ...message, params: { ...params, notifications: { ...notifications, taskIds: this.taskIds } } }
  }
}

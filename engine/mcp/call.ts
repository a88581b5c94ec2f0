import { isJsonObject, toJson, type JsonObject } from '../json.ts'
import { outputUri, runUri, type ToolResult } from './outcome.ts'
import { rpcCodes, rpcError } from './rpc-error.ts'
import type { Task } from './task.ts'

/** Where a caller puts the key under which a call that is sent twice starts once. */
const idempotencyKey = 'longhaul/idempotencyKey'

/** The idempotency key of a call. */
export function idempotencyKeyOf(meta: { readonly [key: string]: unknown } | undefined): string | undefined {
  const key = meta?.[idempotencyKey]
  if (key === undefined) return undefined
  if (typeof key === 'string' && key.length > 0 && key.length <= 256) return key
  throw rpcError(rpcCodes.invalidParams, `"${idempotencyKey}" must be a string of 1 to 256 characters`)
}

/** The arguments of a call, or the fields of a form, as data. */
export function argumentsOf(value: unknown): JsonObject {
  const json = toJson(value)
  return isJsonObject(json) ? json : {}
}

/** A param that must be text. */
export function textParam(params: JsonObject, name: string): string {
  const value = params[name]
  if (typeof value === 'string') return value
  throw rpcError(rpcCodes.invalidParams, `Invalid params: ${name} must be a string`)
}

/** What a caller without tasks gets when its run takes longer than it may wait. */
export function stillRunning({ id, run }: Task): ToolResult {
  const text = `"${run.workflow}" is still running as ${id}; read ${runUri(id)} for how it stands and ${outputUri(id)} for its result`
  return { content: [{ type: 'text', text }], isError: true }
}

import { CLIENT_CAPABILITIES_META_KEY, type ServerContext } from '@modelcontextprotocol/server'
import { isJsonObject, type JsonObject } from '../../json.ts'
import { argumentsOf } from '../call.ts'
import type { Caller } from '../task-core.ts'
import { tasksExtension } from './words.ts'

/** Whether the `_meta` of a request declares the tasks extension. */
export function declaresTasks(meta: unknown): boolean {
  const { extensions } = capabilitiesOf(meta)
  return isJsonObject(extensions) && extensions[tasksExtension] !== undefined
}

/** Whether the client of a request knows tasks. */
export function knowsTasks({ mcpReq: { envelope } }: ServerContext): boolean {
  return declaresTasks(envelope)
}

/** Whether the client of a request can show a form. */
export function canBeAsked({ mcpReq: { envelope } }: ServerContext): boolean {
  return capabilitiesOf(envelope)['elicitation'] !== undefined
}

/** Who sent a request. */
export function callerOf({ http }: ServerContext): Caller {
  return http?.authInfo === undefined ? {} : { principal: http.authInfo.clientId }
}

function capabilitiesOf(meta: unknown): JsonObject {
  const capabilities = argumentsOf(meta ?? {})[CLIENT_CAPABILITIES_META_KEY]
  return isJsonObject(capabilities) ? capabilities : {}
}

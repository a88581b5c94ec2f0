import { EngineError, type ErrorCode } from '../error.ts'
import type { Json } from '../json.ts'
import { withoutPlaces } from './discretion.ts'

/** The JSON-RPC codes that this server answers with. */
export const rpcCodes = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  resourceNotFound: -32002,
  tooMany: -32000,
} as const

/** An error that reaches the client as it is. A plain `Error`, because the SDK's own class doubles its message. */
export interface RpcError extends Error {
  readonly code: number
  readonly data?: Json
}

/** An error that both SDKs put on the wire with this code, message and data. */
export function rpcError(code: number, message: string, data?: Json): RpcError {
  return Object.assign(new Error(message), { code, ...(data === undefined ? {} : { data }) })
}

/** What a client is told about `error`; what is not meant for it goes to `report` and comes out as "Internal error". */
export function toRpcError(error: unknown, report: (error: unknown) => void): RpcError {
  if (isRpcError(error)) return error
  if (error instanceof EngineError) return fromEngineError(error, report)
  report(error)
  return rpcError(rpcCodes.internal, 'Internal error')
}

/** What is wrong with the server, not with what it was asked. */
const ours: ReadonlySet<ErrorCode> = new Set([
  'activities.invalid',
  'data.locked',
  'hub.invalid',
  'hub.unavailable',
])

function fromEngineError(error: EngineError, report: (error: unknown) => void): RpcError {
  const { code, message, data } = error
  if (!ours.has(code))
    return rpcError(rpcCodes.invalidParams, withoutPlaces(message), {
      type: code,
      ...(data === undefined ? {} : { problems: data }),
    })
  report(error)
  return code === 'hub.unavailable'
    ? rpcError(rpcCodes.internal, 'The hub cannot be reached; try again later', { type: code })
    : rpcError(rpcCodes.internal, 'Internal error')
}

/** What an SDK's own check of a request found, in a line where it has a page of JSON; any other error as it is. */
export function inALine(error: unknown): unknown {
  const [, list] =
    /^(?:Invalid \S+ request: )?(\[\s[^]*\])$/.exec(error instanceof Error ? error.message : '') ?? []
  if (list === undefined) return error
  const problems: readonly { readonly path: readonly string[]; readonly message: string }[] = JSON.parse(list)
  const lines = problems.map(({ path, message }) => {
    const place = path.filter((part, index) => index > 0 || part !== 'params').join('.')
    const what = message.replace('Invalid input: ', '').replace('expected record', 'expected object')
    return place === '' ? what : `${place}: ${what}`
  })
  return rpcError(rpcCodes.invalidParams, `Invalid params: ${lines.join('; ')}`)
}

/** Whether `error` says itself what the client is to be told. */
export function isRpcError(error: unknown): error is RpcError {
  return error instanceof Error && 'code' in error && Number.isSafeInteger(error.code)
}

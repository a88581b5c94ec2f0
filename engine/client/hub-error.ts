import { EngineError, type ErrorCode } from '../error.ts'

/** The gRPC status codes that mean something to us; gRPC itself is the hub's business. */
export const grpcStatus = {
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** The gRPC status that a hub refused a call with, when `error` is such a refusal. */
export function statusOf(error: unknown): number | undefined {
  const isRefusal = error instanceof Error && 'code' in error && 'details' in error
  return isRefusal && typeof error.code === 'number' ? error.code : undefined
}

/** What a caller is told instead of a gRPC error; anything else passes unchanged. */
export function fromHub(error: unknown, hub: string): unknown {
  const refusal = refusals.find(([status]) => status === statusOf(error))
  if (!refusal || !(error instanceof Error) || !('details' in error)) return error
  const [, code, sentence] = refusal
  return new EngineError(code, `The hub (${hub}) ${sentence}: ${String(error.details)}`, { cause: error })
}

const refusals: readonly (readonly [status: number, code: ErrorCode, sentence: string])[] = [
  [grpcStatus.unavailable, 'hub.unavailable', 'cannot be reached'],
  [grpcStatus.deadlineExceeded, 'hub.unavailable', 'does not answer'],
  [grpcStatus.unauthenticated, 'hub.unavailable', 'does not accept our credentials'],
  [grpcStatus.permissionDenied, 'hub.unavailable', 'does not let us in'],
  [grpcStatus.resourceExhausted, 'limit.size', 'refuses what is too large for it'],
]

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
  if (!(error instanceof Error) || !('details' in error)) return error
  const details = String(error.details)
  const refusal = refusals.find(
    ({ status, like }) => status === statusOf(error) && (like?.test(details) ?? true),
  )
  return refusal
    ? new EngineError(refusal.code, `The hub (${hub}) ${refusal.sentence}: ${details}`, { cause: error })
    : error
}

const refusals: readonly {
  readonly status: number
  /** What the details look like, where one status means two things. */
  readonly like?: RegExp
  readonly code: ErrorCode
  readonly sentence: string
}[] = [
  { status: grpcStatus.unavailable, code: 'hub.unavailable', sentence: 'cannot be reached' },
  { status: grpcStatus.deadlineExceeded, code: 'hub.unavailable', sentence: 'does not answer' },
  {
    status: grpcStatus.unauthenticated,
    code: 'hub.unavailable',
    sentence: 'does not accept our credentials',
  },
  { status: grpcStatus.permissionDenied, code: 'hub.unavailable', sentence: 'does not let us in' },
  {
    status: grpcStatus.resourceExhausted,
    like: /large|size|exceed/i,
    code: 'limit.size',
    sentence: 'refuses what is too large for it',
  },
  { status: grpcStatus.resourceExhausted, code: 'hub.unavailable', sentence: 'has no room at the moment' },
]

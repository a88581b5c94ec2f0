import { EngineError } from '../error.ts'

/** The gRPC statuses that a caller of the hub can meet. */
export const grpcStatus = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const

/** A call that the hub will not carry out; nothing was changed. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  /** The gRPC status. */
  readonly status: number

  constructor(status: keyof typeof grpcStatus, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = grpcStatus[status]
  }
}

/** What every call about an instance that is not there meets. */
export function noSuchInstance(id: string): Refusal {
  return new Refusal('notFound', `There is no instance "${id}" in this task hub`)
}

/** What a caller of a method is told when it threw. */
export function statusOf(error: unknown): { readonly code: number; readonly details: string } {
  if (error instanceof Refusal) return { code: error.status, details: error.message }
  if (error instanceof EngineError) return { code: grpcStatus.unavailable, details: error.message }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: grpcStatus.internal, details: `The hub failed: ${reason}` }
}

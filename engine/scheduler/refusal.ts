import { status } from '@grpc/grpc-js'
import { EngineError } from '../error.ts'

/** Why a caller is refused. */
export type Reason =
  | 'invalidArgument'
  | 'notFound'
  | 'alreadyExists'
  | 'resourceExhausted'
  | 'failedPrecondition'
  | 'unimplemented'
  | 'unavailable'

const statuses: Readonly<Record<Reason, status>> = {
  invalidArgument: status.INVALID_ARGUMENT,
  notFound: status.NOT_FOUND,
  alreadyExists: status.ALREADY_EXISTS,
  resourceExhausted: status.RESOURCE_EXHAUSTED,
  failedPrecondition: status.FAILED_PRECONDITION,
  unimplemented: status.UNIMPLEMENTED,
  unavailable: status.UNAVAILABLE,
}

/** A call that the hub will not carry out; nothing was changed. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly status: status

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = statuses[reason]
  }
}

/** What every call about an instance that is not there meets. */
export function noSuchInstance(id: string): Refusal {
  return new Refusal('notFound', `There is no instance "${id}" in this task hub`)
}

/** What a caller of a method is told when it threw. */
export function statusOf(error: unknown): { readonly code: status; readonly details: string } {
  if (error instanceof Refusal) return { code: error.status, details: error.message }
  if (error instanceof EngineError) return { code: status.UNAVAILABLE, details: error.message }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: status.INTERNAL, details: `The hub failed: ${reason}` }
}

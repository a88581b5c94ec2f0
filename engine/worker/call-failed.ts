import type { Failure } from '../failure.ts'

/** How a call failed, on its way out of the host; not worth a retry unless it says so. */
export class CallFailed extends Error {
  override readonly name: string = 'CallFailed'
  readonly failure: Failure

  constructor(failure: Omit<Failure, 'retryable'> & { readonly retryable?: boolean }) {
    super(failure.message)
    this.failure = { ...failure, retryable: failure.retryable ?? false }
  }
}

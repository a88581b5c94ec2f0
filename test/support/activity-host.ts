import { type Failure, fromDetails } from '../../engine/failure.ts'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import type { ActivityContext, ActivityLog } from '../../engine/worker/activity.ts'
import { ActivityHost, type HostOptions } from '../../engine/worker/host.ts'
import { Secrets } from '../../engine/worker/secrets.ts'

/** A line of a log. */
export interface Line {
  readonly level: keyof ActivityLog
  readonly message: string
  readonly data?: unknown
}

/** A log that keeps its lines. */
export function logInto(lines: Line[]): ActivityLog {
  const at = (level: keyof ActivityLog) => (message: string, data?: unknown) =>
    void lines.push({ level, message, data })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A host of activities with nothing around it. */
export function hostOf(
  activities: HostOptions['activities'],
  options: Partial<HostOptions> = {},
): ActivityHost {
  return new ActivityHost({
    activities,
    secrets: new Secrets({ API_KEY: 'k-12345' }),
    log: logInto([]),
    raise: async () => {},
    ...options,
  })
}

/** What the interpreter sends a host. */
export const request = (parts: Partial<ActivityRequest> = {}): ActivityRequest => ({
  input: null,
  runId: 'run-1',
  workflow: 'order',
  path: 'charge',
  attempt: 1,
  idempotencyKey: 'key',
  ...parts,
})

/** The failure that the SDK would write into history. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => Promise.reject(new Error(`did not fail but gave ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new TypeError('threw something else than an error')
  return fromDetails({ errorType: error.name, message: error.message, stackTrace: error.stack })
}

/** A handler that goes on until its signal aborts. */
export const untilAborted = (_: unknown, { signal }: ActivityContext): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      const reason: unknown = signal.reason
      reject(reason instanceof Error ? reason : new TypeError('aborted for no reason'))
    })
  })

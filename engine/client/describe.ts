import { type OrchestrationState, OrchestrationStatus } from '@microsoft/durabletask-js'
import { type Failure, fromDetails } from '../failure.ts'
import { isJsonObject, type Json } from '../json.ts'
import { present } from '../present.ts'
import type { Report, Run, RunStatus } from '../run.ts'
import { type Origin, originOf, parsed } from './origin.ts'

/** The run that an instance is; `withData` tells whether it shows its input and output. */
export function describe(
  state: OrchestrationState,
  withData = true,
  origin: Origin | undefined = originOf(state.serializedInput),
): Run {
  const report = reportOf(state.serializedCustomStatus)
  const error = failureOf(state)
  const status = statusOf(state.runtimeStatus, report, error)
  return present({
    id: state.instanceId,
    workflow: origin?.definition?.name ?? state.name,
    version: origin?.definition?.version,
    status,
    createdAt: state.createdAt.toISOString(),
    updatedAt: state.lastUpdatedAt.toISOString(),
    report,
    input: withData ? origin?.input : undefined,
    output: withData && status === 'completed' ? (parsed(state.serializedOutput) ?? null) : undefined,
    error,
    parent: origin?.parent,
    tags: { ...state.tags },
  })
}

/** The hub's statuses among which runs of the given status are found. */
export function hubStatuses(status: RunStatus): readonly OrchestrationStatus[] {
  return statuses[status]
}

const statuses: { readonly [S in RunStatus]: readonly OrchestrationStatus[] } = {
  pending: [OrchestrationStatus.PENDING],
  running: [OrchestrationStatus.RUNNING, OrchestrationStatus.CONTINUED_AS_NEW],
  waiting: [OrchestrationStatus.RUNNING, OrchestrationStatus.CONTINUED_AS_NEW],
  suspended: [OrchestrationStatus.SUSPENDED],
  completed: [OrchestrationStatus.COMPLETED],
  failed: [OrchestrationStatus.FAILED],
  cancelled: [OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED],
}

function statusOf(status: OrchestrationStatus, report: Report, error: Failure | undefined): RunStatus {
  if (error) return error.type === 'cancelled' ? 'cancelled' : 'failed'
  if (status === OrchestrationStatus.PENDING) return 'pending'
  if (status === OrchestrationStatus.SUSPENDED) return 'suspended'
  if (status === OrchestrationStatus.COMPLETED) return 'completed'
  return report.questions && report.questions.length > 0 ? 'waiting' : 'running'
}

function failureOf(state: OrchestrationState): Failure | undefined {
  if (state.runtimeStatus === OrchestrationStatus.TERMINATED) return terminated(state)
  if (state.runtimeStatus !== OrchestrationStatus.FAILED) return undefined
  if (state.failureDetails) return fromDetails(state.failureDetails)
  return { type: 'activity.failed', message: 'The hub does not say why the run failed', retryable: false }
}

/** A run that was ended at once; the output of its instance is the reason that was given. */
function terminated({ serializedOutput }: OrchestrationState): Failure {
  const output = parsed(serializedOutput)
  const reason = isJsonObject(output) ? output['reason'] : output
  const message = typeof reason === 'string' && reason !== '' ? reason : 'The run was terminated'
  return { type: 'cancelled', message, retryable: false }
}

/** What our interpreter writes as custom status is a report; what another program's orchestrator writes is a message. */
function reportOf(customStatus: string | undefined): Report {
  const status: Json | undefined = parsed(customStatus)
  if (isJsonObject(status)) return status
  return typeof status === 'string' ? { message: status } : {}
}

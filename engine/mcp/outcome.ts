import type { Failure } from '../failure.ts'
import type { Json, JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { withoutPlaces } from './discretion.ts'
import { failureLine, type Task } from './task.ts'
import { describesObjects, wrapped } from './tool.ts'

/** The answer to a tool call, in the words that both eras share. */
export type ToolResult = {
  readonly content: readonly Content[]
  readonly structuredContent?: JsonObject
  readonly isError?: true
  readonly _meta?: JsonObject
}

/** What a tool says to the model. */
export type Content =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly description: string
      readonly mimeType: string
      readonly size: number
    }

/** Where a failed call says, for programs, how it failed. */
const failureKey = 'longhaul/failure'

/** The result of an ended task. A result longer than `inlineLimit` becomes a link, save where the tool promises structure. */
export function resultOf(task: Task, inlineLimit: number): ToolResult {
  if (task.status === 'completed') return success(task, inlineLimit)
  const failure: Failure = task.run.error ?? {
    type: task.status === 'cancelled' ? 'cancelled' : 'activity.failed',
    message: task.message ?? 'The run ended without a result',
    retryable: false,
  }
  const text = task.status === 'cancelled' ? cancelLine(failure) : failureLine(failure)
  return {
    content: [{ type: 'text', text }],
    isError: true,
    _meta: { [failureKey]: failureRecord(failure) },
  }
}

/** Why a run was cancelled, in words that say so. */
function cancelLine({ message }: Failure): string {
  const reason = withoutPlaces(message)
  return /cancelled/i.test(reason) ? reason : `Cancelled: ${reason}`
}

/** A run's output as the object that travels as structured content. */
function structured(task: Task): JsonObject {
  const output = task.run.output ?? null
  const asIs = describesObjects(task.definition?.output) && isJsonObject(output)
  return asIs ? output : { [wrapped.output]: output }
}

/** Where a run can be read as a resource. */
export function runUri(id: string): string {
  return `workflow://runs/${id}`
}

/** Where the output of a run can be read as a resource. */
export function outputUri(id: string): string {
  return `workflow://runs/${id}/output`
}

/** The output of a run as its resource shows it: a text as it is, anything else as JSON. */
export function outputText(output: Json): { readonly text: string; readonly mimeType: string } {
  if (typeof output === 'string') return { text: output, mimeType: 'text/plain' }
  return { text: JSON.stringify(output), mimeType: 'application/json' }
}

function success(task: Task, inlineLimit: number): ToolResult {
  const structuredContent = structured(task)
  const { output = null } = task.run
  const { text: whole, mimeType } = outputText(output)
  if (whole.length <= inlineLimit) {
    const text = typeof output === 'string' ? output : JSON.stringify(structuredContent)
    return { content: [{ type: 'text', text }], structuredContent }
  }
  const link = {
    type: 'resource_link',
    uri: outputUri(task.id),
    name: `The result of ${task.run.workflow}`,
    description: `${whole.length} characters, too long to be shown here; read the resource`,
    mimeType,
    size: Buffer.byteLength(whole),
  } as const
  return { content: [link], ...(task.definition?.output === undefined ? {} : { structuredContent }) }
}

/** A failure as callers may see it: of `data` all, of a cause only how it reads. */
export function failureRecord(failure: Failure): JsonObject {
  const { type, message, data, retryable, attempt, step, source, cause } = failure
  return {
    type,
    message: withoutPlaces(message),
    retryable,
    ...(step === undefined ? {} : { step }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(source === undefined ? {} : { source: { ...source } }),
    ...(data === undefined ? {} : { data: discreet(data) }),
    ...(cause === undefined ? {} : { cause: failureRecord(cause) }),
  }
}

/** Data as callers may see it: the texts in it without stacks and places. */
export function discreet(data: Json): Json {
  if (typeof data === 'string') return withoutPlaces(data)
  if (Array.isArray(data)) return data.map(discreet)
  if (!isJsonObject(data)) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, discreet(value)]))
}

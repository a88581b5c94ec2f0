import { type Failure, toThrowable } from '../failure.ts'
import type { Json } from '../json.ts'
import { CallFailed } from './call-failed.ts'
import { asJson } from './output.ts'
import { Aborted } from './running.ts'
import { nothingSecret, type Redactor } from './secrets.ts'

const longestMessage = 4_000
const longestData = 65_536
const longestStack = 1_024

/**
 * What a handler threw, as data. A typed error is known by its shape, not its class, so that a module of activities
 * need not import us: a text `type`, and perhaps `data` and `retryable`. Secrets go before anything is cut short:
 * half a secret would not be recognised.
 */
export function failureOf(thrown: unknown, redactor: Redactor = nothingSecret): Failure {
  const shape: Readonly<Record<string, unknown>> =
    typeof thrown === 'object' && thrown !== null ? { ...fieldsOf(thrown) } : {}
  const type = typeof shape['type'] === 'string' && shape['type'] !== '' ? shape['type'] : 'activity.failed'
  const data = dataOf(shape['data'])
  return {
    type: redactor.text(type),
    message: cut(redactor.text(messageOf(thrown)), longestMessage),
    ...(data !== undefined && { data: redactor.json(data) }),
    retryable: shape['retryable'] !== false,
  }
}

/** Whatever ended a call, as the one thing that the SDK can carry. */
export function packed(error: unknown): Error {
  if (error instanceof CallFailed) return toThrowable(error.failure)
  if (error instanceof Aborted)
    return toThrowable({ type: error.why, message: error.message, retryable: error.why === 'timeout' })
  return toThrowable(failureOf(error))
}

/** Where a handler threw, for the log: short, since stacks repeat themselves. */
export function stackOf(thrown: unknown, redactor: Redactor): string | undefined {
  return thrown instanceof Error && thrown.stack !== undefined
    ? cut(redactor.text(thrown.stack), longestStack)
    : undefined
}

function fieldsOf(thrown: object): Record<string, unknown> {
  return Object.fromEntries(['type', 'data', 'retryable'].map((key) => [key, Reflect.get(thrown, key)]))
}

/** The message with those of its causes: "fetch failed" alone helps nobody. */
function messageOf(thrown: unknown): string {
  const parts: string[] = []
  for (let error = thrown, depth = 0; error !== undefined && depth < 4; depth += 1) {
    const message = ownMessage(error)
    if (message !== '' && !parts.some((part) => part.includes(message))) parts.push(message)
    error = error instanceof Error ? error.cause : undefined
  }
  return parts.join(': ') || 'The activity failed without saying why'
}

function ownMessage(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '')
    return thrown.errors.map((error) => ownMessage(error)).join('; ')
  if (typeof thrown === 'object' && thrown !== null) {
    const message: unknown = Reflect.get(thrown, 'message')
    if (typeof message === 'string') return message || (thrown instanceof Error ? thrown.name : '')
    return describe(thrown)
  }
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? '')
}

function describe(thrown: object): string {
  try {
    return JSON.stringify(thrown)
  } catch {
    return Object.prototype.toString.call(thrown) // a cycle
  }
}

/** The data of an error when it can be kept; an error is not worth failing over its details. */
function dataOf(data: unknown): Json | undefined {
  if (data === undefined) return undefined
  try {
    const json = asJson(data, '')
    return JSON.stringify(json).length <= longestData ? json : { omitted: 'too large' }
  } catch {
    return { omitted: 'not JSON' }
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

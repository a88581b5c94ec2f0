import { CommanderError } from 'commander'
import { EngineError, type ErrorCode } from '../error.ts'
import { isJsonObject, type Json } from '../json.ts'
import { paint, say } from './print.ts'
import type { Shell } from './shell.ts'

/** Tells a person why a command could not do its work, and gives the exit code. */
export function confess(error: unknown, shell: Shell): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const message = error instanceof Error ? error.message : String(error)
  const isOurs = error instanceof EngineError
  say(shell.err, `${paint(shell.err, 'red', 'error:')} ${isOurs ? message : `unexpected: ${message}`}`)
  if (isOurs) for (const line of violations(error.data)) say(shell.err, `  ${line}`)
  if (shell.isDebugging) say(shell.err, stackOf(error))
  else if (!isOurs) say(shell.err, 'LONGHAUL_DEBUG=1 shows where it happened')
  return isOurs && usage.has(error.code) ? 2 : 1
}

/** What the caller wrote on the command line and must write differently. */
const usage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'usage',
  'definition.unknown',
  'hub.invalid',
  'workflow.invalidInput',
])

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`
}

/** The list of what does not fit a schema, as the client attaches it to an error. */
function violations(data: Json | undefined): string[] {
  if (!Array.isArray(data)) return []
  return data.map((entry: Json) => {
    if (!isJsonObject(entry)) return JSON.stringify(entry)
    const { path, message } = entry
    return `${typeof path === 'string' && path !== '' ? path : '(whole)'}: ${typeof message === 'string' ? message : JSON.stringify(entry)}`
  })
}

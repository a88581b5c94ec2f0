import { type Command, InvalidArgumentError } from 'commander'
import { EngineError } from '../error.ts'
import { parseDuration } from '../expressions/duration.ts'
import { hubNamedBy } from '../hub/connect.ts'
import type { Settings } from './settings.ts'
import type { Shell } from './shell.ts'

/** What a command that keeps runs is told of how long it keeps them. */
export interface RetentionArguments {
  readonly retention?: number
}

/** Adds how long ended runs are kept to a command that stays and owns the data folder. */
export function addRetention(command: Command): Command {
  return command.option(
    '--retention <time>',
    'remove runs so long after their end, such as 30d or 12h (default: they are kept for ever)',
    timeOf,
  )
}

/** How long ended runs are kept; refused when they are kept elsewhere, where others decide. */
export function retentionOf(
  { retention }: RetentionArguments,
  settings: Settings,
  shell: Shell,
): { readonly retentionMs?: number } {
  if (retention === undefined) return {}
  if ((settings.hub ?? hubNamedBy(shell.env)) === undefined) return { retentionMs: retention }
  throw new EngineError(
    'usage',
    'The runs are kept in a hub elsewhere, which decides for how long; --retention is for the data folder',
  )
}

function timeOf(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new InvalidArgumentError('It must be a length of time, such as 30d, 12h or 90m.')
}

import { EngineError } from '../error.ts'
import { hasEnded, type Run } from '../run.ts'

/** `run`, which must not have ended. */
export function mustLive(run: Run, to: string): Run {
  if (!hasEnded(run.status)) return run
  throw new EngineError('run.ended', `Run "${run.id}" has ended (${run.status}) and cannot ${to}`)
}

/** Ids travel in headers and URLs; those with an "@" in front name entities. */
export function mustBeId(id: string): void {
  if (/^(?!@)[\x21-\x7e]{1,100}$/.test(id)) return
  throw new EngineError(
    'usage',
    `"${id}" cannot name a run; use 1 to 100 letters, digits and signs, no blanks, no "@" in front`,
  )
}

/** The error of an id that names no run. */
export function runUnknown(id: string): EngineError {
  return new EngineError('run.unknown', `There is no run "${id}"; "longhaul list" shows those there are`)
}

/** The error of an id that is taken. */
export function runExists(id: string): EngineError {
  return new EngineError('run.exists', `There is a run "${id}" already; give another id, or none`)
}

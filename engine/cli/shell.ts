import { readFileSync } from 'node:fs'
import type { Pen } from './print.ts'

/** What asks a process to end: Ctrl-C, or a supervisor. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** All that a command may touch of the process it runs in, so that tests can run it without one. */
export interface Shell {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Results and nothing else. */
  readonly out: Pen
  /** Progress, hints and errors. */
  readonly err: Pen
  /** Whether stack traces and debug lines are asked for: LONGHAUL_DEBUG. */
  readonly isDebugging: boolean
  exitCode: number
  /** All of standard input. */
  readInput(): string
  /** Calls `listener` at every signal to stop, until the given function is called. */
  onStop(listener: (signal: StopSignal) => void): () => void
  /** Ends the process now. */
  leave(code: number): void
}

/** The shell of this very process. */
export function processShell(): Shell {
  process.stdout.on('error', leaveWhenReaderIsGone)
  return {
    cwd: process.cwd(),
    env: process.env,
    out: penOf(process.stdout),
    err: penOf(process.stderr),
    isDebugging: !['', '0', undefined].includes(process.env['LONGHAUL_DEBUG']),
    exitCode: 0,
    readInput: () => readFileSync(process.stdin.fd, 'utf8'),
    onStop(listener) {
      process.on('SIGINT', listener).on('SIGTERM', listener)
      const forget = onOrphaned(() => listener('SIGTERM'))
      return () => {
        process.off('SIGINT', listener).off('SIGTERM', listener)
        forget()
      }
    },
    leave: (code) => process.exit(code),
  }
}

/**
 * npm starts us through a shell, which ends at SIGTERM without a word to us: that we have another parent then is all we
 * hear of it.
 */
function onOrphaned(listener: () => void): () => void {
  const { ppid, env } = process
  if (env['npm_command'] === undefined) return () => {}
  const timer = setInterval(() => {
    if (process.ppid === ppid) return
    clearInterval(timer)
    listener()
  }, 250)
  timer.unref()
  return () => clearInterval(timer)
}

function penOf(stream: NodeJS.WriteStream): Pen {
  return {
    write: (text) => stream.write(text),
    hasColor: stream.isTTY && stream.hasColors(),
    columns: stream.isTTY ? stream.columns : undefined,
  }
}

/** `longhaul list | head -1` is no error: whoever read us has seen enough. */
function leaveWhenReaderIsGone(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

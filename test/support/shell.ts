import { main } from '../../engine/cli/main.ts'
import type { Shell, StopSignal } from '../../engine/cli/shell.ts'

/** What a command wrote, and how it ended. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface ShellOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly hasColor?: boolean
  /** Called with everything that is written to standard error. */
  readonly hear?: (text: string) => void
}

/** Runs a command line in this process, with a shell that remembers what was written. */
export async function command(args: readonly string[], options: ShellOptions): Promise<Outcome> {
  const { shell, outcome } = recordingShell(options)
  await main(args, shell)
  return outcome()
}

/** A shell that remembers, and that can be sent signals. */
export function recordingShell(options: ShellOptions): {
  readonly shell: Shell
  readonly outcome: () => Outcome
  readonly signal: (signal: StopSignal) => void
} {
  const text = { out: '', err: '' }
  const listeners = new Set<(signal: StopSignal) => void>()
  const pen = (stream: 'out' | 'err'): Shell['out'] => ({
    write: (more) => {
      text[stream] += more
      if (stream === 'err') options.hear?.(more)
    },
    hasColor: options.hasColor ?? false,
  })
  const shell: Shell = {
    cwd: options.cwd,
    env: options.env ?? {},
    out: pen('out'),
    err: pen('err'),
    isDebugging: options.env?.['LONGHAUL_DEBUG'] === '1',
    exitCode: 0,
    readInput: () => options.input ?? '',
    onStop: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    leave: (code) => {
      throw new Error(`left with ${code}`)
    },
  }
  return {
    shell,
    outcome: () => ({ code: shell.exitCode, ...text }),
    signal: (signal) => {
      for (const listener of listeners) listener(signal)
    },
  }
}

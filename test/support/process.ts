import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A real process under test, ended with the test that started it. */
export interface Running {
  readonly pid: number
  /** All it has written so far. */
  readonly out: string
  readonly err: string
  /** Resolves with the match once standard output or standard error contains `pattern`; rejects when the process ends without it. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when the process has ended and all it wrote has been read. */
  readonly ended: Promise<Ended>
  type(text: string): void
  closeInput(): void
  readonly kill: (signal: NodeJS.Signals) => void
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

interface ProcessOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Whether signals go to all that it starts too, as those of a terminal do; npx puts a shell between itself and us. */
  readonly asGroup?: boolean
}

/** The repository, from which the sources run. */
export const repository: string = fileURLToPath(new URL('../..', import.meta.url))

/** Starts the command line of this repository as a process of its own. */
export function longhaul(args: readonly string[], options: ProcessOptions): Running {
  return start(process.execPath, [join(repository, 'engine/cli/longhaul.js'), ...args], options)
}

/** Starts any program. */
export function start(program: string, args: readonly string[], options: ProcessOptions): Running {
  const { cwd, env, asGroup = false } = options
  const child = spawn(program, args, {
    cwd,
    detached: asGroup,
    env: {
      ...process.env,
      LONGHAUL_HUB: undefined,
      DTS_CONNECTION_STRING: undefined,
      DTS_ENDPOINT: undefined,
      NO_COLOR: '1',
      ...env,
    },
  })
  const kill = (signal: NodeJS.Signals): unknown =>
    asGroup && child.pid !== undefined ? process.kill(-child.pid, signal) : child.kill(signal)
  const running = follow(child, kill)
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) kill('SIGKILL')
    await running.ended
  })
  return running
}

/** A folder of its own for one test, gone with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

function follow(child: ChildProcessWithoutNullStreams, kill: (signal: NodeJS.Signals) => unknown): Running {
  const waiting = new Set<() => void>()
  const text = { out: '', err: '' }
  const hear = (stream: 'out' | 'err') => (chunk: string) => {
    text[stream] += chunk
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', hear('out'))
  child.stderr.setEncoding('utf8').on('data', hear('err'))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => resolve({ code, signal, ...text }))
  })
  return {
    pid: child.pid ?? 0,
    get out() {
      return text.out
    },
    get err() {
      return text.err
    },
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text.out) ?? pattern.exec(text.err)
          if (!match) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        void ended.then(() =>
          reject(new Error(`It ended and never said ${pattern}; it said:\n${text.out}\n${text.err}`)),
        )
      }),
    ended,
    type: (input) => child.stdin.write(input),
    closeInput: () => child.stdin.end(),
    kill,
  }
}

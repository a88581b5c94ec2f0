import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** A server under measurement. */
export interface BenchServer {
  readonly url: string
  /** Its resident memory now. */
  readonly memoryMiB: () => number
  /** What was left of its heap by each full collection so far: V8 collects late, so that resident memory says little. */
  readonly liveMiB: () => readonly number[]
  /** The CPU time it has used. */
  readonly cpuSeconds: () => number
  readonly stop: () => Promise<void>
}

/** `going` tells of itself every ten seconds, as a workflow under way does. */
const definitions = {
  one: 'output: { type: integer }\nsteps: [{ call: inc, with: "${ $input.n }" }]',
  still: 'steps: [{ wait: 1d }]',
  going: `vars: { n: 0 }
steps:
  - loop:
      while: $vars.n >= 0
      every: 10s
      maxIterations: 100000
      steps:
        - progress: Pass \${ $vars.n }
          set: { n: "\${ $vars.n + 1 }" }`,
}

/** The real command line as a process of its own, on a free port and a temporary folder. */
export async function serveForBench(profile?: string): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'))
  for (const name of ['definitions', 'activities']) mkdirSync(join(folder, name))
  for (const [name, body] of Object.entries(definitions))
    writeFileSync(
      join(folder, `definitions/${name}.yaml`),
      `name: ${name}\ndescription: A workload of the benchmark\n${body}\n`,
    )
  writeFileSync(join(folder, 'activities/index.mjs'), 'export const activities = { inc: (n) => n + 1 }\n')
  const cli = resolve(import.meta.dirname, '../engine/cli/longhaul.js')
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`]
  const child = spawn(process.execPath, ['--trace-gc', ...profiling, cli, 'serve', '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  const live: number[] = []
  const hear = (line: string): void => {
    const left = /Mark-Compact.*? -> ([\d.]+) \(/.exec(line)?.[1]
    if (left !== undefined) live.push(Number(left))
  }
  process.once('exit', () => child.kill('SIGKILL'))
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    url: await urlIn(child.stdout, hear),
    memoryMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) / 1024,
    liveMiB: () => live,
    // Fields 14 and 15, in hundredths of a second; the name before them may hold blanks.
    cpuSeconds: () => {
      const fields = proc('stat').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) / 100
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Hands every line of `output` to `hear`; resolves once one of them has told the URL. */
function urlIn(output: NodeJS.ReadableStream, hear: (line: string) => void): Promise<string> {
  return new Promise((done, reject) => {
    const lines = createInterface({ input: output })
    lines.on('line', (line) => {
      hear(line)
      const found = /"url": *"([^"]+)"/.exec(line)?.[1]
      if (found !== undefined) done(found)
    })
    lines.once('close', () => reject(new Error('longhaul serve ended and told no URL')))
  })
}

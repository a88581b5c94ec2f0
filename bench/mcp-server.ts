import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A server under measurement. */
export interface BenchServer {
  readonly url: string
  /** Its resident memory now. */
  readonly memoryMiB: () => number
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
  const child = spawn(process.execPath, [...profiling, cli, 'serve', '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  process.once('exit', () => child.kill('SIGKILL'))
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8')
  return {
    url: await urlIn(child.stdout),
    memoryMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) / 1024,
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

async function urlIn(output: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of output) {
    text += chunk
    const found = /"url": *"([^"]+)"/.exec(text)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`longhaul serve ended and said only: ${text}`)
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { summary, type Fact } from './report.ts'

/** What memory-child.ts tells. */
interface Told {
  readonly rss: number
  readonly heap: number
  readonly cpuPercent: number
  readonly peak: number
}

/** W6: what live runs cost that wait for events, each time in a fresh process. */
export async function measureMemory(folder: string, runs: number, seconds: number): Promise<Fact[]> {
  const told: Told[] = []
  for (let time = 0; time < 5; time += 1) told.push(await inFreshProcess(folder, runs, seconds))
  const many = runs.toLocaleString('en')
  return [
    fact(
      'MiB',
      `resident memory of ${many} waiting runs, over the process after ${many} that ended`,
      told.map(({ rss }) => rss),
    ),
    fact(
      'MiB',
      `their live heap, after full collections`,
      told.map(({ heap }) => heap),
    ),
    fact(
      'MiB',
      `resident memory of that process at its peak`,
      told.map(({ peak }) => peak),
    ),
    fact(
      '%',
      `of a core, while they wait for ${seconds} s`,
      told.map(({ cpuPercent }) => cpuPercent),
    ),
  ]
}

function fact(unit: Fact['unit'], title: string, values: readonly number[]): Fact {
  return { id: 'W6', title, unit, value: summary(values) }
}

async function inFreshProcess(folder: string, runs: number, seconds: number): Promise<Told> {
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--heap-growing-percent=40', // as "longhaul" runs
      join(import.meta.dirname, 'memory-child.ts'),
      mkdtempSync(join(folder, 'memory-')),
      String(runs),
      String(seconds),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(child, 'exit')
  const said = await text(child.stdout)
  const [code] = await ended
  if (code !== 0) throw new Error(`${join(import.meta.dirname, 'memory-child.ts')} ended with ${code}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child wrote it
  return JSON.parse(said) as Told
}

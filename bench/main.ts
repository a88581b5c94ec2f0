import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openEngine } from '../engine/engine.ts'
import { Floor } from './floor.ts'
import { printed, summary, type Measured } from './report.ts'
import { definitions, sequenceOf, workloads, type Workload } from './workloads.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`Usage: npm run bench -- [--quick] [--only W1,W3] [--json]

Measures the embedded hub against the floor: plain SQLite doing the same commits, in the same process, by turns.
Data goes to a temporary folder; TMPDIR names another disk.
`)
  process.exit(0)
}

const only = values.only?.split(',')
const chosen = workloads.filter(({ id }) => !only || only.includes(id))
const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'))
try {
  const measured = await measureAll(chosen, folder)
  process.stdout.write(values.json ? `${JSON.stringify(measured, null, 2)}\n` : printed(measured))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureAll(all: readonly Workload[], at: string): Promise<Measured[]> {
  const floor = new Floor(at)
  const engine = await openEngine({
    definitions: written(all, at),
    data: join(at, 'data'),
    activities: { inc: (n: number) => n + 1 },
    env: {},
  })
  const measured: Measured[] = []
  try {
    for (const workload of all) {
      for (const size of sizesOf(workload)) {
        await workload.measure(engine, size) // the first is not counted: code is compiled, files grow
        await workload.floor(floor, size)
        const ours: number[] = []
        const floors: number[] = []
        for (let time = 0; time < workload.repeats; time += 1) {
          ours.push(...(await workload.measure(engine, size)))
          floors.push(...(await workload.floor(floor, size)))
        }
        const one = {
          id: workload.id,
          title: workload.title,
          size,
          ours: summary(ours),
          floor: summary(floors),
        }
        measured.push(one)
        if (!values.json) process.stderr.write(`${one.id} ${one.size}: ${one.ours.median.toFixed(1)} ms\n`)
      }
    }
  } finally {
    await engine.stop()
    floor.close()
  }
  return measured
}

function sizesOf(workload: Workload): readonly number[] {
  return values.quick ? workload.quick : workload.sizes
}

function written(all: readonly Workload[], at: string): string {
  const to = join(at, 'definitions')
  mkdirSync(to)
  const sequences = all.filter(({ id }) => id === 'W1').flatMap(sizesOf)
  const bodies = { ...definitions, ...Object.fromEntries(sequences.map((n) => [`seq-${n}`, sequenceOf(n)])) }
  for (const [name, body] of Object.entries(bodies))
    writeFileSync(
      join(to, `${name}.yaml`),
      `name: ${name}\ndescription: A workload of the benchmark\n${body.trimStart()}\n`,
    )
  return to
}

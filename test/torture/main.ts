import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { torture } from './torture.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '2' },
    restarts: { type: 'string', default: '100' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`Usage: npm run torture -- [--seed N] [--minutes M] [--restarts R]

Runs a hub, workers and a client as real processes, kills them again and again, and looks afterwards whether every
promise of the hub was kept. What it leaves behind is kept when one was not.
`)
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'longhaul-torture-'))
const seed = Number(values.seed)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
say(`Seed ${seed}, ${values.minutes} minutes, ${values.restarts} restarts, in ${folder}`)
const { violations, ...counts } = await torture({
  seed,
  ms: Number(values.minutes) * 60_000,
  restarts: Number(values.restarts),
  folder,
  say,
})
say(
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', '),
)
for (const { promise, what } of violations) say(`BROKEN  ${promise}\n        ${what}`)
if (violations.length === 0) {
  say('Every promise was kept')
  rmSync(folder, { recursive: true, force: true })
} else {
  say(`${violations.length} promises were broken; seed ${seed}, and what happened is in ${folder}`)
  process.exitCode = 1
}

import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { serveFixtures } from './fixture-server.ts'

/** A revision and what of it we do not do, with the reasons, in `expected-*.yaml`. */
const revisions = ['2026-07-28', '2025-11-25'] as const

test.for(revisions)(
  'the server does what %s requires, save what is listed with its reason',
  { timeout: 120_000 },
  async (revision) => {
    await using server = await serveFixtures()
    const results = await mkdtemp(join(tmpdir(), 'longhaul-conformance-'))
    const { code, text } = await run([
      'server',
      `--url=${server.url}`,
      `--requirements=${revision}`,
      `--output-dir=${results}`,
      `--expected-failures=${join(import.meta.dirname, `expected-${revision}.yaml`)}`,
    ])
    const failures = await taskFailures(results)
    await rm(results, { recursive: true, force: true })
    expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' })
    // Scenarios of an extension do not count for the suite; for us they do.
    expect(failures).toEqual([])
    const tasks = text.split('\n').filter((line) => line.startsWith('✓ tasks-'))
    expect(tasks).toHaveLength(revision === '2026-07-28' ? 10 : 0)
  },
)

/** What went wrong in the scenarios of tasks, as the suite wrote it down. */
async function taskFailures(results: string): Promise<unknown[]> {
  const scenarios = (await readdir(results)).filter((name) => name.startsWith('server-tasks-'))
  const checks = await Promise.all(
    scenarios.map((name) => readFile(join(results, name, 'checks.json'), 'utf8').then(JSON.parse)),
  )
  return checks.flat().filter(({ status }) => status === 'FAILURE')
}

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve) => {
    const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'))
    const child = spawn(process.execPath, [suite, ...args])
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    child.stderr.on('data', (chunk) => (text += chunk))
    child.once('close', (code) => resolve({ code, text }))
  })
}

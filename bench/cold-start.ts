import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { startTask } from './mcp-client.ts'
import { summary, type Fact } from './report.ts'

const repository = resolve(import.meta.dirname, '..')
const starts = 5

/** W6: what `npm start` runs, in a folder of 20 definitions, until it has accepted its first call. */
export async function measureColdStart(folder: string): Promise<Fact> {
  writeTwenty(join(folder, 'definitions'))
  await start(folder, 0) // not counted: Node compiles what it keeps compiled
  const took: number[] = []
  for (let time = 1; time <= starts; time += 1) took.push(await start(folder, time))
  return {
    id: 'W6',
    title: 'from spawn to the first accepted call, 20 definitions',
    unit: 'ms',
    value: summary(took),
  }
}

/** The definitions of the repository, four times under different names, but for one that can be called with nothing. */
function writeTwenty(to: string): void {
  mkdirSync(to, { recursive: true })
  const originals = globSync(join(repository, 'definitions/*.yaml')).filter(
    (file) => !file.endsWith('.test.yaml'),
  )
  for (let index = 0; index < 19; index += 1) {
    const original = originals[index % originals.length] ?? ''
    const name = `${basename(original, '.yaml')}-${index}`
    writeFileSync(
      join(to, `${name}.yaml`),
      readFileSync(original, 'utf8').replace(/^name: .*$/m, `name: ${name}`),
    )
  }
  writeFileSync(join(to, 'called.yaml'), 'name: called\ndescription: Waits\nsteps: [{ wait: 1d }]\n')
}

async function start(folder: string, time: number): Promise<number> {
  const data = join(folder, `data-${time}`)
  const activities = join(repository, 'activities/index.ts')
  const args = ['serve', '--port', '0', '--json', '--data', data, '--activities', activities]
  const began = performance.now()
  const child = spawn(process.execPath, [join(repository, 'engine/cli/longhaul.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  let said = ''
  child.stderr.on('data', (text: Buffer) => void (said += text.toString()))
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /"url": *"([^"]+)"/.exec(line)?.[1]
      if (url === undefined) continue
      await startTask(url, 'called')
      return performance.now() - began
    }
    throw new Error(`longhaul serve ended before it took calls: ${said}`)
  } finally {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
    process.off('exit', kill)
  }
}

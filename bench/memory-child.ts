import { setTimeout as pause } from 'node:timers/promises'
import { openEngine } from '../engine/engine.ts'
import { atMost } from './floor.ts'
import { writeDefinitions } from './ours.ts'

// One process with a hub: `node --expose-gc memory-child.ts FOLDER RUNS SECONDS` tells what that many waiting runs cost
// over the same process when as many had ended, and how busy it then is.

const [, , folder = '', runs = '1000', seconds = '5'] = process.argv
const engine = await openEngine({
  definitions: writeDefinitions(`${folder}/definitions`, {
    ends: 'steps: [{ call: inc, with: "${ $input.n }" }]',
    waits: 'steps: [{ call: inc, with: "${ $input.n }" }, { waitFor: { event: go }, progress: Waiting }]',
  }),
  data: `${folder}/data`,
  activities: { inc: (n: number) => n + 1 },
  env: {},
})
const count = Number(runs)
const startAll = async (name: string): Promise<string[]> => {
  const definition = engine.definitions().find((one) => one.name === name)
  if (!definition) throw new Error(`There is no definition "${name}": ${JSON.stringify(engine.issues())}`)
  const ids: string[] = []
  await atMost(100, count, async (n) => {
    const { id } = await engine.client.start(definition, { n })
    ids.push(id)
    if (name === 'ends') await engine.client.wait(id)
    else while ((await engine.client.get(id))?.report.message !== 'Waiting') await pause(20)
  })
  return ids
}

await startAll('ends')
const idle = await sizes()
const waiting = await startAll('waits')
const live = await sizes()
const cpu = process.cpuUsage()
await pause(Number(seconds) * 1_000)
const { user, system } = process.cpuUsage(cpu)
const cpuPercent = (user + system) / 10_000 / Number(seconds)
process.stdout.write(
  `${JSON.stringify({ rss: live.rss - idle.rss, heap: live.heap - idle.heap, cpuPercent, peak: process.resourceUsage().maxRSS / 1024 })}\n`,
)
for (const id of waiting.slice(0, 10)) {
  await engine.client.raise(id, 'go', null)
  const { status } = await engine.client.wait(id)
  if (status !== 'completed') throw new Error(`A run did not wait: it is ${status}`)
}
await engine.stop({ graceMs: 0 })
process.exit()

/** In MiB, once nothing is left that nobody needs. */
async function sizes(): Promise<{ readonly rss: number; readonly heap: number }> {
  for (let time = 0; time < 3; time += 1) {
    globalThis.gc?.()
    await pause(100)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss: rss / 2 ** 20, heap: (heapUsed + external) / 2 ** 20 }
}

/**
 * `node bench/mcp.ts`: what MCP clients wait for. `longhaul serve` is one process, the clients are this one.
 * W7 starts tasks of one step and waits for their results; W8 polls running tasks, and watches the server's memory.
 */
import { loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openSession, poller, startTask } from './mcp-client.ts'
import { serveForBench, type BenchServer } from './mcp-server.ts'
import { summary, type Summary } from './report.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'W7,W8' },
    minutes: { type: 'string', default: '1' },
    clients: { type: 'string', default: '200' },
    still: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout
    .write(`Usage: node bench/mcp.ts [--only W7,W8] [--minutes 10] [--clients 200] [--still] [--profile FOLDER]

W7  tools/call as a task, then tasks/result, of a workflow of one step: one after the other, and 100 at once
W8  so many clients that each poll a running task of their own once a second, for so many minutes

--still: the tasks of W8 wait and do not tell of themselves, so that all the server's work is that of the clients
--profile writes a CPU profile of the server.
`)
  process.exit(0)
}

const clients = Number(values.clients)
const server = await serveForBench(values.profile)
try {
  if (values.only.includes('W7')) await startToResult(server)
  if (values.only.includes('W8')) await polling(server, Number(values.minutes))
} finally {
  await server.stop()
}

/** W7. */
async function startToResult({ url }: BenchServer): Promise<void> {
  const session = await openSession(url)
  const one = async (n: number): Promise<number> => {
    const began = performance.now()
    const result = await session.call('one', { n })
    const tookMs = performance.now() - began
    if (result !== n + 1) throw new Error(`one gave ${JSON.stringify(result)} instead of ${n + 1}`)
    return tookMs
  }
  for (let n = 0; n < 50; n += 1) await one(n) // not counted: code is compiled
  const alone: number[] = []
  for (let n = 0; n < 200; n += 1) alone.push(await one(n))
  print('W7 start → result, one by one', summary(alone))
  const began = performance.now()
  const together = await Promise.all(Array.from({ length: 100 }, (_, n) => one(n)))
  print('W7 start → result, 100 at once', summary(together))
  process.stdout.write(`   all 100 after ${(performance.now() - began).toFixed(0)} ms\n`)
}

/** W8. */
async function polling({ url, memoryMiB, liveMiB, cpuSeconds }: BenchServer, minutes: number): Promise<void> {
  const ids: string[] = []
  for (let n = 0; n < clients; n += 1) ids.push(await startTask(url, values.still ? 'still' : 'going'))
  const end = performance.now() + minutes * 60_000
  const times: number[] = []
  const cpuBefore = cpuSeconds()
  const memory: number[] = []
  const watching = watchMemory(end, memoryMiB, memory)
  await Promise.all(ids.map((id, index) => client(url, id, (index / clients) * 1000, end, times)))
  await watching
  print(`W8 tasks/get, ${clients} clients and tasks, ${minutes} min`, summary(times))
  const cpuMs = ((cpuSeconds() - cpuBefore) * 1000) / times.length
  process.stdout.write(
    `   ${cpuMs.toFixed(2)} ms of the server's CPU per request, the runs' own work included\n`,
  )
  process.stdout.write(`   resident MiB: ${twenty(memory)}\n`)
  process.stdout.write(`   heap after full collections, MiB: ${twenty(liveMiB())}\n`)
}

/** About twenty of `sizes`, evenly chosen. */
function twenty(sizes: readonly number[]): string {
  const shown = sizes.filter((_, index) => index % Math.ceil(sizes.length / 20) === 0)
  return shown.map((size) => size.toFixed(0)).join(' ')
}

async function client(url: string, id: string, afterMs: number, end: number, times: number[]): Promise<void> {
  const poll = poller(url, id)
  await pause(afterMs)
  while (performance.now() < end) {
    const began = performance.now()
    const status = await poll()
    const tookMs = performance.now() - began
    if (status !== 'working') throw new Error(`Task ${id} is ${JSON.stringify(status)}`)
    times.push(tookMs)
    await pause(Math.max(0, 1000 - tookMs))
  }
}

async function watchMemory(end: number, memoryMiB: () => number, into: number[]): Promise<void> {
  while (performance.now() < end) {
    into.push(memoryMiB())
    await pause(5000)
  }
}

function print(what: string, { median, p99, max, count }: Summary): void {
  const [load = 0] = loadavg()
  process.stdout.write(
    `${what}: p50 ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms, n ${count}, load ${load.toFixed(1)}\n`,
  )
}

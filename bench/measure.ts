import { setTimeout as pause } from 'node:timers/promises'
import type { Contestant } from './contestant.ts'
import { Floor } from './floor.ts'
import { openOurs } from './ours.ts'
import type { Peer } from './peer.ts'
import { shown, summary, type Row } from './report.ts'
import { sequences, type Workload } from './workloads.ts'

/** Whoever can be asked for a measurement, in this process or in another one. */
interface Entrant {
  readonly name: string
  canDo(workload: Workload, size: number): boolean
  measure(workload: Workload, size: number): Promise<readonly number[]>
}

const repeats = 5
/** What somebody has begun beside its work, such as writing its log to its tables, is over before the next one's turn. */
const restMs = 200
/** How long everybody works before anything counts: a compiler such as V8's goes on for about as long. */
const warmUpMs = 3_000
/** A size at which one measurement takes so long that it is done once. */
const once = 100_000

/** Measures every workload at every size, all entrants by turns, so that a busy minute hits all of them. */
export async function measureAll(
  all: readonly Workload[],
  sizesOf: (one: Workload) => readonly number[],
  peers: readonly Peer[],
  folder: string,
  say: (line: string) => void,
): Promise<Row[]> {
  const floor = new Floor(folder)
  const ours = await openOurs(folder, sequences)
  const entrants = [here('ours', ours), here('floor', floor), ...peers]
  const rows: Row[] = []
  try {
    for (const workload of all)
      for (const size of sizesOf(workload)) {
        const row = await measureOne(workload, size, entrants)
        say(
          `${row.id} ${size}: ${shown(row.ours.median)} ms, ${shown(row.ours.median / row.floor.median)} × the floor`,
        )
        rows.push(row)
      }
  } finally {
    await ours.stop()
    await floor.stop()
  }
  return rows
}

function here(name: string, contestant: Contestant): Entrant {
  return { name, canDo: () => true, measure: (workload, size) => workload.measure(contestant, size) }
}

/** Each round begins with another one and goes the other way, so that nobody comes after the same one each time. */
function inTurn<T>(all: readonly T[], time: number): T[] {
  const first = time % all.length
  const turned = [...all.slice(first), ...all.slice(0, first)]
  return time % 2 === 0 ? turned : turned.toReversed()
}

/** Code is compiled and files grow. */
async function warmUp(entrant: Entrant, workload: Workload, size: number): Promise<void> {
  for (const until = performance.now() + warmUpMs; ;) {
    await entrant.measure(workload, size)
    if (performance.now() >= until) return
  }
}

async function measureOne(workload: Workload, size: number, entrants: readonly Entrant[]): Promise<Row> {
  const able = entrants.filter((entrant) => entrant.canDo(workload, size))
  const took = new Map<string, number[]>(able.map(({ name }) => [name, []]))
  const lap = Math.min(size, 1_000)
  for (const entrant of able) await warmUp(entrant, workload, lap)
  for (let time = 0; time < (size >= once ? 1 : repeats); time += 1)
    for (const entrant of inTurn(able, time)) {
      await pause(restMs)
      await entrant.measure(workload, lap) // not counted: others had the caches meanwhile, for many seconds
      took.get(entrant.name)?.push(...(await entrant.measure(workload, size)))
    }
  const { ours, floor, ...peers } = Object.fromEntries([...took].map(([name, ms]) => [name, summary(ms)]))
  if (!ours || !floor) throw new Error(`${workload.id} at ${size} measured nothing`)
  const measured = Object.fromEntries(Object.entries(peers).filter(([, { count }]) => count > 0))
  return { id: workload.id, title: workload.title, size, ours, floor, peers: measured }
}

import type { Contestant } from './contestant.ts'
import { atMost } from './floor.ts'

/** One kind of work that every contestant can be asked for. */
export interface Workload {
  readonly id: string
  readonly title: string
  /** The sizes it is measured at, and those of a quick look. */
  readonly sizes: readonly number[]
  readonly quick: readonly number[]
  /** The largest size that peers are asked for: some would need an hour. */
  readonly mostOfPeers: number
  /** One measurement, in ms for one run of that size; several where single runs are timed. */
  measure(contestant: Contestant, size: number): Promise<readonly number[]>
}

export const workloads: readonly Workload[] = [
  {
    id: 'W1',
    title: 'sequence of steps, one run',
    sizes: [10, 100, 1_000],
    quick: [100],
    mostOfPeers: 1_000,
    measure: async (contestant, size) => [await perRun(() => contestant.sequence(size, 0), size)],
  },
  {
    id: 'W2',
    title: 'loop, passes of one step',
    sizes: [1_000, 5_000, 100_000],
    quick: [1_000],
    mostOfPeers: 5_000,
    measure: async (contestant, size) => [await perRun(() => contestant.loop(size), size)],
  },
  {
    id: 'W3',
    title: 'fan-out of steps, one run',
    sizes: [100, 1_000],
    quick: [100],
    mostOfPeers: 1_000,
    measure: async (contestant, size) => [await perRun(() => contestant.fan(size), size)],
  },
  {
    id: 'W3/50',
    title: 'items, a run for each, 50 at a time',
    sizes: [100, 10_000],
    quick: [100],
    mostOfPeers: 0,
    measure: async (contestant, size) => [await perRun(() => contestant.items?.(size, 50), size)],
  },
  {
    id: 'W4',
    title: 'runs of 3 steps, 100 in flight',
    sizes: [1_000],
    quick: [100],
    mostOfPeers: 1_000,
    measure: async (contestant, size) => [
      await perRun(() => atMost(100, size, (n) => checked(contestant.sequence(3, n), n + 3))),
    ],
  },
  {
    id: 'W5',
    title: 'start → result of one step',
    sizes: [1],
    quick: [1],
    mostOfPeers: 1,
    measure: async (contestant) => {
      const took: number[] = []
      for (let n = 0; n < 40; n += 1) took.push(await timed(() => contestant.sequence(1, n), n + 1))
      return took
    },
  },
]

/** How many steps there are in the sequences that the workloads ask for. */
export const sequences: readonly number[] = [1, 3, 10, 100, 1_000]

/** How long a measurement goes on at least, in ms. */
const leastMs = 1_000

/**
 * How long one of them takes on the average, in ms: of what comes once in so many, such as collecting garbage and writing
 * the log to its tables, each has its share.
 */
async function perRun(work: () => Promise<unknown> | undefined, expected?: number): Promise<number> {
  let [took, runs] = [0, 0]
  for (; took < leastMs; runs += 1) took += await timed(work, expected)
  return took / runs
}

/** How long it takes, in ms, and whether it gives what it should: a benchmark of wrong answers is none. */
async function timed(work: () => Promise<unknown> | undefined, expected?: number): Promise<number> {
  const began = performance.now()
  const result = work()
  if (expected === undefined) await result
  else await checked(result, expected)
  return performance.now() - began
}

async function checked(given: Promise<unknown> | undefined, expected: number): Promise<void> {
  const result = await given
  if (result !== expected) throw new Error(`A run gave ${JSON.stringify(result)} instead of ${expected}`)
}

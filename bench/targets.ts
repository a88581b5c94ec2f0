import { bestPeer, shown, type Fact, type Results, type Row } from './report.ts'

/** What was to be reached: a figure of the run, and its bound. */
interface Target {
  readonly what: string
  readonly bound: number
  readonly isAtLeast?: true
  /** Absent: not measured in this run. */
  readonly figure: (results: Results) => number | undefined
}

const targets: readonly Target[] = [
  timesFloor('W1', 1_000, 2),
  timesFloor('W2', 5_000, 2),
  timesFloor('W5', 1, 2),
  fasterThanBest('W1', 1_000, 1.3),
  fasterThan('Restate', 'W1', 1_000, 2.5),
  fasterThanBest('W2', 5_000, 1.3),
  fasterThan('Restate', 'W2', 5_000, 3.5),
  fasterThanBest('W3', 1_000, 4),
  fasterThanBest('W4', 1_000, 3),
  fasterThanBest('W5', 1, 1.6),
  linear('W2', 'a pass of a loop of 100,000 beside one of 1,000, times', 1_000, 100_000),
  linear('W3/50', 'an item of 10,000 beside one of 100, 50 at a time, times', 100, 10_000),
  fact('W6, MiB of live heap for 1,000 waiting runs', 50, 'live heap'),
  fact('W6, MiB of resident memory for 1,000 waiting runs', 50, 'resident memory of'),
  fact('W6, % of a core while idle', 1, 'of a core'),
  fact('W6, ms from spawn to the first accepted call', 700, 'from spawn'),
  fact('W7, ms from tools/call to the result', 8, 'tools/call'),
  fact('W7, ms until 100 tasks at once have ended', 300, 'at once'),
]

/** A sentence for every target that was measured: the figure, what was wanted, and whether that was reached. */
export function judged(results: Results): string[] {
  return targets.flatMap(({ what, bound, isAtLeast, figure }) => {
    const value = figure(results)
    if (value === undefined) return []
    const isReached = isAtLeast ? value >= bound : value <= bound
    const wanted = `${isAtLeast ? 'at least' : 'at most'} ${bound}`
    return [`${what}: ${shown(value)}; wanted: ${wanted}; **${isReached ? 'reached' : 'not reached'}**.`]
  })
}

/** The targets that a run says nothing about. */
export function unmeasured(results: Results): string[] {
  return targets.filter(({ figure }) => figure(results) === undefined).map(({ what }) => what)
}

function rowOf({ rows }: Results, id: string, size: number): Row | undefined {
  return rows.find((row) => row.id === id && row.size === size)
}

function nameOf(id: string, size: number): string {
  return size === 1 ? id : `${id} at ${size.toLocaleString('en')}`
}

function timesFloor(id: string, size: number, bound: number): Target {
  return {
    what: `${nameOf(id, size)}, times the floor`,
    bound,
    figure: (results) => {
      const row = rowOf(results, id, size)
      return row && row.ours.median / row.floor.median
    },
  }
}

function fasterThanBest(id: string, size: number, bound: number): Target {
  return {
    what: `${nameOf(id, size)}, times faster than the best peer`,
    bound,
    isAtLeast: true,
    figure: (results) => {
      const row = rowOf(results, id, size)
      const best = row && bestPeer(row, results.peers)
      return best && best.ms / row.ours.median
    },
  }
}

function fasterThan(title: string, id: string, size: number, bound: number): Target {
  return {
    what: `${nameOf(id, size)}, times faster than ${title}`,
    bound,
    isAtLeast: true,
    figure: (results) => {
      const row = rowOf(results, id, size)
      const peer = results.peers.find((one) => one.title === title)
      const theirs = row?.peers[peer?.name ?? '']
      return row && theirs && theirs.median / row.ours.median
    },
  }
}

/** How the cost of one grows with the number of them. */
function linear(id: string, what: string, few: number, many: number): Target {
  return {
    what: `${id}, ${what}`,
    bound: 1.3,
    figure: (results) => {
      const [small, large] = [rowOf(results, id, few), rowOf(results, id, many)]
      return small && large && large.ours.median / many / (small.ours.median / few)
    },
  }
}

function fact(what: string, bound: number, title: string): Target {
  const find = (all: readonly Fact[]): Fact | undefined => all.find((one) => one.title.includes(title))
  return { what, bound, figure: ({ facts }) => find(facts)?.value.median }
}

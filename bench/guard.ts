import type { Contestant } from './contestant.ts'
import { atMost, Floor } from './floor.ts'
import { openOurs } from './ours.ts'
import { summary } from './report.ts'

/**
 * A small workload, and how many times the floor it may cost: some three to four times what it costs. The floor shares one
 * commit among all that comes at once, so it costs next to nothing where much comes at once.
 */
interface Guarded {
  readonly what: string
  readonly most: number
  readonly pairs: number
  readonly work: (contestant: Contestant) => Promise<unknown>
}

const guarded: readonly Guarded[] = [
  { what: '20 steps one after the other', most: 6, pairs: 25, work: (one) => one.sequence(20, 0) },
  { what: 'a loop of 200 passes', most: 7, pairs: 7, work: (one) => one.loop(200) },
  { what: '100 steps at once', most: 20, pairs: 15, work: (one) => one.fan(100) },
  {
    what: '50 runs of 3 steps',
    most: 50,
    pairs: 9,
    work: (one) => atMost(50, 50, (n) => one.sequence(3, n)),
  },
]

/** How often a workload may be looked at again before it counts as slow: the machine may have been busy. */
const looks = 3

/** Whether we are as near to the floor as we were. */
export async function guard(folder: string, say: (line: string) => void): Promise<boolean> {
  const floor = new Floor(folder)
  const ours = await openOurs(folder, [1, 3, 20])
  try {
    let areNear = true
    for (const one of guarded) {
      await one.work(ours) // not counted: code is compiled
      let isNear = false
      for (let look = 0; look < looks && !isNear; look += 1) isNear = await isWithin(one, ours, floor, say)
      areNear &&= isNear
    }
    return areNear
  } finally {
    await ours.stop()
    await floor.stop()
  }
}

/** Pairs are measured back to back, and their ratios compared: a disk that is slow for a second is slow for both. */
async function isWithin(
  { what, most, pairs, work }: Guarded,
  ours: Contestant,
  floor: Contestant,
  say: (line: string) => void,
): Promise<boolean> {
  const ratios: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const [began, between, end] = [performance.now(), await after(work(floor)), await after(work(ours))]
    ratios.push((end - between) / (between - began))
  }
  const { median, min, max } = summary(ratios)
  const isNear = median <= most
  say(
    `${isNear ? 'ok' : 'slow'}  ${what}: ${median.toFixed(1)} × the floor (${min.toFixed(1)} – ${max.toFixed(1)}); at most ${most}`,
  )
  return isNear
}

async function after(work: Promise<unknown>): Promise<number> {
  await work
  return performance.now()
}

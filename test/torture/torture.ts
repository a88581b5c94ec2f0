import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { audit, type Violation } from './audit.ts'
import { Crew, type Role } from './crew.ts'
import { deedsIn } from './deeds.ts'
import { diceOf } from './dice.ts'
import { Program } from './program.ts'
import { readFile } from './record.ts'
import { openRuns } from './runs.ts'

export interface TortureOptions {
  readonly seed: number
  /** How long processes are killed. */
  readonly ms: number
  /** How often one is started anew in that time. */
  readonly restarts: number
  /** Where everything is kept. */
  readonly folder: string
  readonly say: (line: string) => void
}

/** What came of a torture. */
export interface Outcome {
  readonly restarts: number
  readonly runs: number
  /** Copies that were made meanwhile. */
  readonly copies: number
  readonly deeds: number
  /** Begun more than once, as may be when a worker dies. */
  readonly repeated: number
  readonly largestWalBytes: number
  readonly violations: readonly Violation[]
}

/** How long whatever is left may take once nobody is killed any more. */
const drainMs = 60_000

/** Lets real processes work, kills them again and again, and looks afterwards whether every promise was kept. */
export async function torture(options: TortureOptions): Promise<Outcome> {
  const { seed, say } = options
  const crew = new Crew(options.folder)
  try {
    await crew.begin()
    const runs = await openRuns((hub) => crew.connection(hub), options.folder)
    const program = new Program(seed, runs)
    const enough = new AbortController()
    const going = program.go(enough.signal)
    const began = crew.starts
    const copying = copyAgainAndAgain(crew, program, enough.signal)
    const largestWalBytes = await killAgainAndAgain(crew, options)
    const restarts = crew.starts - began
    enough.abort()
    await going
    const copies = await copying
    say(`${restarts} restarts, ${program.promised.length} runs; what is left may end now`)
    const late = await program.drain(drainMs)
    await runs.ticked()
    crew.unschedule()
    await runs.unscheduled()
    await runs.close()
    await crew.end()
    const deeds = deedsIn(crew.deeds)
    const violations = audit({
      file: readFile(crew.file),
      copies: copies.map(({ file, told }) => ({ told, file: readFile(file) })),
      deeds,
      promised: program.promised,
      complaints: [...crew.mishaps, ...program.complaints, ...late.map((id) => `Run "${id}" has not ended`)],
      largestWalBytes,
    })
    const begun = deeds.filter(({ what }) => what === 'begin')
    const calls = new Set(begun.map(({ key, attempt }) => `${key} ${attempt}`))
    return {
      restarts,
      runs: program.promised.length,
      copies: copies.length,
      deeds: begun.length,
      repeated: begun.length - calls.size,
      largestWalBytes,
      violations,
    }
  } finally {
    await crew.abandon()
  }
}

/** What was copied, and what clients had been told of before. */
interface Copied {
  readonly file: string
  readonly told: readonly string[]
}

/** Copies the file of the hub now and then, as often as that succeeds. */
async function copyAgainAndAgain(crew: Crew, program: Program, signal: AbortSignal): Promise<Copied[]> {
  const copies: Copied[] = []
  while (!signal.aborted) {
    await pause(copyPauseMs, undefined, { signal }).catch(() => {}) // it is over
    const told = program.promised.map(({ id }) => id)
    const file = await crew.backUp(`copy-${copies.length}.db`)
    if (file !== undefined) copies.push({ file, told })
  }
  return copies
}

const copyPauseMs = 4_000

/**
 * Kills the hub, a worker, or all of them at random moments, until the time is over and all restarts were made; gives
 * how large the log of the file has become.
 */
async function killAgainAndAgain(crew: Crew, { seed, ms, restarts }: TortureOptions): Promise<number> {
  const dice = diceOf(seed, 'kills')
  const began = performance.now()
  const enough = crew.starts + restarts
  let largest = 0
  for (;;) {
    const leftMs = ms - (performance.now() - began)
    if (leftMs <= 0 && (crew.starts >= enough || leftMs < -ms)) return largest
    const perKillMs = (Math.max(leftMs, ms / 10) / Math.max(1, enough - crew.starts)) * startsPerKill
    const pauseMs = (perKillMs * dice.between(30, 170)) / 100
    if (dice.once(3)) await pause(pauseMs)
    else await progress(crew, pauseMs)
    largest = Math.max(largest, walBytes(crew.file))
    const victims = dice.oneOf<readonly Role[]>(victimsOf)
    await Promise.all(victims.map((role) => crew.kill(role)))
    if (dice.once(4)) await pause(dice.between(0, 500)) // nobody is there for a while
    for (const role of victims) crew.start(role)
  }
}

/** Waits at least so long, and until something was done: on a busy machine nobody would ever get anywhere. */
async function progress(crew: Crew, ms: number): Promise<void> {
  const size = statSync(crew.deeds, { throwIfNoEntry: false })?.size
  const latest = performance.now() + ms + 5_000
  await pause(ms)
  while (statSync(crew.deeds, { throwIfNoEntry: false })?.size === size && performance.now() < latest)
    await pause(20)
}

const victimsOf: readonly [readonly Role[], ...(readonly Role[])[]] = [
  ['hub'],
  ['hub'],
  ['worker'],
  ['second'],
  ['sdk'],
  ['hub', 'worker', 'second', 'sdk'],
  ['worker', 'second'],
  ['hub', 'second'],
]

const startsPerKill = victimsOf.flat().length / victimsOf.length

function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

import { existsSync, readFileSync } from 'node:fs'

/** One line of the log that activities keep of what they really did, in the order in which they did it. */
export interface Deed {
  readonly what: 'begin' | 'end' | 'fail' | 'abort'
  /** The worker's clock, which is this machine's. */
  readonly at: number
  readonly pid: number
  /** The delivery: another one each time that a handler is called. */
  readonly by: string
  readonly run: string
  readonly path: string
  /** The same for every attempt and every delivery of a call. */
  readonly key: string
  readonly attempt: number
  /** The deliveries whose results this call was given. */
  readonly after: readonly string[]
  /** How long after the end of those it may begin at the earliest. */
  readonly pauseMs: number
  /** What it was called with. */
  readonly input: string
}

/** The lines of a log; a line that a killed process did not finish is left out. */
export function deedsIn(file: string): Deed[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map(deedOf)
}

function deedOf(line: string): Deed {
  const deed: Deed = JSON.parse(line)
  return deed
}

/** Writes lines of the log, each with one system call on a file opened to append: no kill can tear or reorder them. */
const say = `
import { appendFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/** Takes \`ms\`, fails in its first \`fails\` attempts, and gives its value with the delivery that made it. */
export async function perform({ value = null, ms = 0, fails = 0, after = [], pauseMs = 0 }, { run, path, key, attempt, signal }) {
  const by = randomUUID()
  const input = JSON.stringify({ value, after })
  const say = (what) =>
    appendFileSync(process.env.DEEDS, JSON.stringify({ what, at: Date.now(), pid: process.pid, by, run, path, key, attempt, after, pauseMs, input }) + '\\n')
  say('begin')
  try {
    await pause(ms, undefined, { signal })
  } catch (error) {
    say('abort')
    throw error
  }
  if (attempt <= fails) {
    say('fail')
    throw new Error('It fails at attempt ' + attempt)
  }
  say('end')
  return { value, by }
}
`

/** The module by which every worker of a torture does its work, and the activities of Longhaul's workers. */
export const activityModules: Readonly<Record<string, string>> = {
  'perform.mjs': say,
  'index.mjs': `
import { perform } from './perform.mjs'

const work = (input, { runId: run, path, attempt, idempotencyKey: key, signal }) => perform(input, { run, path, key, attempt, signal })

export const activities = { work }
`,
}

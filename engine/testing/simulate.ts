import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Definition, Start } from '../language/definition.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import type { Question, Report, RunStatus } from '../run.ts'
import type { Moment } from './moment.ts'
import { Simulation } from './simulation.ts'

/** What an activity, or a child that stands in for a real one, does in a simulated world. */
export type Deed = { readonly takesMs?: number } & ({ readonly returns: Json } | { readonly fails: Failure })

/** Something that happens to the simulated run from outside. */
export type Stimulus = { readonly afterMs: number } & (
  | { readonly event: string; readonly data: Json }
  | { readonly answer: string; readonly data: Json }
  | { readonly decline: string; readonly reason?: string }
  | { readonly cancel: true }
)

export interface World {
  /** The definitions that children are found in. */
  readonly definitions: readonly Definition[]
  perform(name: string, request: ActivityRequest): Deed
  /** What stands in for a child run; nothing: the child runs for real. */
  standIn?(workflow: string, input: Json): Deed | undefined
  /** What somebody says to a question, and how long after it was asked, or after the last answer was refused. */
  answer?(question: Question): Reply | undefined
  /** The `config` of a child; default: as its definition says. */
  configOf?(definition: Definition): Readonly<Record<string, Json>>
  readonly stimuli?: readonly Stimulus[]
  /** When the run starts, epoch ms. */
  readonly startsAt?: number
}

/** What somebody says to a question: an answer, or that there will be none. */
export type Reply = { readonly afterMs: number } & (
  | { readonly data: Json }
  | { readonly declined: true; readonly reason?: string }
)

export interface SimulateOptions {
  /** Whether a second interpreter replays the whole history after every event and must ask for the same; default true. */
  readonly replays?: boolean
  /** After so many events the run is given up as `stuck`; default 100,000. */
  readonly mostEvents?: number
  /** Called as things happen, and so up to the very moment in which a simulation throws. */
  readonly watch?: (moment: Moment) => void
}

export interface Call {
  readonly name: string
  readonly request: ActivityRequest
  readonly at: number
}

/** How a simulated run went. */
export interface Simulated {
  readonly status: RunStatus | 'stuck'
  /** Why a run is stuck: it waits for what never comes, or it went on until it was given up. */
  readonly stuck?: 'waits' | 'endless'
  /** Of a run that waits: the events it listens for, in lower case. */
  readonly listens?: readonly string[]
  readonly output?: Json
  readonly error?: Failure
  readonly elapsedMs: number
  readonly calls: readonly Call[]
  readonly report: Report
  /** How often the run and its children continued as new. */
  readonly checkpoints: number
  /** The longest history of any generation, in events. */
  readonly longestHistory: number
}

/** Runs `start` to its end in memory, on a virtual clock that jumps from one event to the next. */
export async function simulate(
  start: Start,
  world: World,
  options: SimulateOptions = {},
): Promise<Simulated> {
  return new Simulation(world, options).run(start)
}

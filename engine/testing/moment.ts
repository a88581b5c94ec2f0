import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import type { Question, Report } from '../run.ts'
import type { Action, Happening } from './generation.ts'

/** Which of the runs of a simulation something is about. */
export interface Whose {
  readonly id: string
  readonly workflow: string
  readonly isRoot: boolean
}

/** How a history ended: with its run, or with a new history. */
export type HistoryEnd =
  | { readonly ended: 'completed'; readonly output: Json }
  | { readonly ended: 'failed'; readonly failure: Failure }
  | { readonly ended: 'continued' }

/** One thing that happens in a simulation, told as it happens; `at` is epoch ms. */
export type Moment = { readonly at: number; readonly run: Whose } & (
  | { readonly is: 'begun'; readonly input: InterpreterInput }
  | { readonly is: 'asked'; readonly action: Action }
  /** `isAwaited`: whether anybody still waits for it. `action`: what it is the end of. */
  | {
      readonly is: 'told'
      readonly happening: Happening
      readonly isAwaited: boolean
      readonly action?: Action
    }
  | { readonly is: 'reported'; readonly report: Report }
  | { readonly is: 'questioned'; readonly question: Question }
  /** Something that the machine around the interpreter did by itself. */
  | { readonly is: 'noted'; readonly note: string }
  | { readonly is: 'ended'; readonly end: HistoryEnd }
)

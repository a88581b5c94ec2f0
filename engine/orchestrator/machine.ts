import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Step } from '../language/definition.ts'
import type { Report } from '../run.ts'
import type { Flow } from './effect.ts'
import type { Frame } from './frame.ts'
import type { RunState } from './state.ts'

/** What the steps of a run share: its state, its clock, and the ways to tell the world about it. */
export interface Machine {
  readonly runId: string
  readonly state: RunState
  /** Why the run cannot be carried on in a new history: the next step fails with it. */
  excess?: Failure
  /** Epoch ms, as of the turn being executed. */
  now(): number
  /** Executes any step with its modifiers: the table of kinds, handed down so that steps need not import it. */
  execute(step: Step, frame: Frame): Flow<Json | undefined>
  /** Changes what the run tells about itself. */
  report(change: Partial<Report>): void
  /** Notes something worth a look that does not stop the run; the same note is kept once. */
  warn(message: string): void
}

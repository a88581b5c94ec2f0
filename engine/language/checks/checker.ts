import type { Reference } from '../../expressions/analysis.ts'
import type { Template } from '../../expressions/template.ts'
import type { ActivityCatalog } from '../catalog.ts'
import type { Definition, Step } from '../definition.ts'
import type { Origins } from '../origins.ts'
import type { Report } from '../report.ts'
import type { Shape } from '../shape.ts'
import type { Span } from '../sheet.ts'
import type { Env, Flow } from './env.ts'

/** What the checks of one definition share. */
export interface Checker {
  readonly definition: Definition
  readonly origins: Origins
  readonly report: Report
  readonly catalog?: ActivityCatalog
  /** All definitions that were compiled together, and the names of those that could not be read. */
  readonly world: World
  readonly uses: Uses
  /** Whether all of the definition could be read: what is not used in one that is broken may be meant to be. */
  readonly isSound: boolean
  /** What is known about the values of templates that have been checked. */
  readonly shapes: Map<Template, Shape>
  /** Walks a sequence; handed in, because blocks are walked by what walks the steps around them. */
  readonly walk: (steps: readonly Step[], env: Env, checker: Checker) => Flow
  /** Every step with an id, wherever it stands, with the span of the id. */
  readonly ids: ReadonlyMap<string, readonly IdPlace[]>
  /** Steps that have been walked and that no way leads past, so that they never have a result. */
  readonly fruitless: Set<Step>
}

/** A step with an id, and where the id is written. */
export interface IdPlace {
  readonly step: Step
  readonly span: Span
}

export interface World {
  readonly definitions: readonly Definition[]
  readonly names: ReadonlySet<string>
}

/** Which of the declared names are used; `whole` when they are read all at once. */
export interface Uses {
  readonly vars: Set<string>
  readonly config: Set<string>
  readonly functions: Set<string>
  readonly secrets: Set<string>
  /** Every read of `$run.id`, so far. */
  readonly runIds: Reference[]
}

/** Stands in {@link Uses} for a read of all names at once. */
export const every = '*'

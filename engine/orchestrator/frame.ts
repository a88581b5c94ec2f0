import { ExpressionError } from '../expressions/error.ts'
import { diceFor } from '../expressions/dice.ts'
import { holds, type Scope } from '../expressions/evaluate.ts'
import { parseDuration } from '../expressions/duration.ts'
import { render, renderList } from '../expressions/render.ts'
import type { Expression, Template } from '../expressions/template.ts'
import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Duration, Modifiers, Step, StepKind } from '../language/definition.ts'
import type { Flow, Strand } from './effect.ts'
import { Failed } from './ending.ts'
import type { Machine } from './machine.ts'
import type { Cursor } from './state.ts'

/** The names an expression can see. `$steps` and `$vars` stand apart, because they grow while a block runs. */
export interface Names {
  readonly bindings: Readonly<Record<string, Json>>
  /** Results by step id: what `$steps` reads. */
  readonly steps: Record<string, Json>
  /** The part of `steps` that this block added: its share of the run's state. */
  readonly own: Record<string, Json>
}

/** How one kind of step turns itself into effects. */
export type Executor<K extends StepKind> = (step: Step<K>, frame: Frame) => Flow

interface Place {
  readonly machine: Machine
  readonly names: Names
  readonly strand: Strand
  /** The path of the nearest `try` with `saga: true`; `''`: the run. */
  readonly saga: string
  readonly at: Modifiers['at']
  /** The step's id, else its path. */
  readonly label: string
}

/** What a step can see and do while it executes, and where its cursor is kept. */
export class Frame {
  readonly machine: Machine
  readonly path: string
  readonly names: Names
  readonly strand: Strand
  readonly saga: string
  readonly at: Modifiers['at']
  readonly label: string
  /** From 1; more only in a step that retries. */
  attempt = 1
  /** When the step's `timeout` is over, in epoch ms: leaf steps hand it on with their effect. */
  dueAt?: number
  readonly #parent: Frame | undefined
  readonly #segment: string
  #cursor: Cursor | undefined

  constructor(parent: Frame | undefined, segment: string, place: Place, cursor?: Cursor) {
    this.#parent = parent
    this.#segment = segment
    this.path = parent && parent.path !== '' ? `${parent.path}/${segment}` : segment
    this.machine = place.machine
    this.names = place.names
    this.strand = place.strand
    this.saga = place.saga
    this.at = place.at
    this.label = place.label
    this.#cursor = cursor
  }

  /** The frame of a step of the sequence that this frame runs. */
  step(step: Step, index: number): Frame {
    const frame: Frame = new Frame(this, step.id ?? `${step.kind}.${index + 1}`, {
      ...this.#place(),
      at: step.at,
      label: step.id ?? '',
    })
    return step.id === undefined ? frame.as({ label: frame.path }) : frame
  }

  /** The frame of a part of this step, such as a branch or a pass; errors still name this step. */
  part(segment: string, change: Partial<Pick<Place, 'names' | 'strand' | 'saga'>> = {}): Frame {
    return new Frame(this, segment, { ...this.#place(), ...change })
  }

  /** This same frame, seen otherwise. */
  as(change: Partial<Pick<Place, 'names' | 'strand' | 'saga' | 'label'>>): Frame {
    const frame = new Frame(this.#parent, this.#segment, { ...this.#place(), ...change }, this.#cursor)
    frame.attempt = this.attempt
    return frame
  }

  /** What a block inside this step sees: all that is visible here, and what it adds stays in it. */
  block(own: Record<string, Json>, more: Readonly<Record<string, Json>> = {}): Names {
    const { bindings, steps } = this.names
    return {
      bindings: { ...bindings, ...more },
      steps: isEmpty(steps) ? own : { ...steps, ...own },
      own,
    }
  }

  /** The frame of a block's inside. */
  within(own: Record<string, Json>, more: Readonly<Record<string, Json>> = {}): Frame {
    return this.as({ names: this.block(own, more) })
  }

  /** This frame's names with `more` added, in the same block. */
  with(more: Readonly<Record<string, Json>>): Names {
    return { ...this.names, bindings: { ...this.names.bindings, ...more } }
  }

  keep(id: string, value: Json): void {
    this.names.steps[id] = value
    this.names.own[id] = value
  }

  forget(id: string): void {
    delete this.names.steps[id]
    delete this.names.own[id]
  }

  /** What the step's kind keeps across checkpoints: as it was left, else `initial`. */
  cursor<T extends object>(initial: () => T): T {
    const cursor = this.made()
    cursor.kind ??= initial()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the step at this path has written it
    return cursor.kind as T
  }

  /** The same where beginning needs evaluations. */
  begun<T extends object>(begin: () => T): T {
    const first = this.found()?.kind === undefined ? begin() : undefined
    return this.cursor<T>(() => first ?? unreachable())
  }

  /** The same for the step's modifiers. */
  modifiers<T extends object>(initial: () => T): T {
    const cursor = this.made()
    cursor.modifiers ??= initial()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the step at this path has written it
    return cursor.modifiers as T
  }

  /** Forgets what the kind and what is inside kept: another attempt begins afresh. */
  reset(): void {
    const cursor = this.found()
    delete cursor?.kind
    delete cursor?.inside
  }

  /** Forgets everything kept here. */
  drop(): void {
    const inside = this.#parent?.found()?.inside
    if (inside) delete inside[this.#segment]
    this.#cursor = undefined
  }

  /** The typed value of a template. `site` tells this evaluation's dice from others of the step. */
  value(template: Template, site: string, lists?: readonly string[], names: Names = this.names): Json {
    if ('value' in template && !lists?.length) return template.value
    return this.#evaluated(() => render(template, this.#scope(site, names), lists))
  }

  /** The value of a list position. */
  list(template: Template, site: string): readonly Json[] {
    return this.#evaluated(() => renderList(template, this.#scope(site, this.names)))
  }

  /** Whether a condition holds. */
  holds(expression: Expression, site: string, names: Names = this.names): boolean {
    return this.#evaluated(() => holds(expression, this.#scope(site, names)))
  }

  /** A duration in ms. */
  duration(duration: Duration, site: string): number {
    if (typeof duration === 'number') return duration
    const value = this.value(duration, site)
    const ms = parseDuration(value)
    if (ms === undefined)
      throw this.failed(
        'expression.type',
        `${JSON.stringify(value)} is not a duration; write one with a unit, such as 30s or PT1H`,
      )
    return ms
  }

  /** A whole number of at least `least`. */
  count(template: Template, site: string, what: string, least: number): number {
    const value = this.value(template, site)
    if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value
    throw this.failed(
      'expression.type',
      `${what} must be a whole number of at least ${least}, not ${JSON.stringify(value)}`,
    )
  }

  /** An error of this step. */
  failed(type: string, message: string, more: Partial<Failure> = {}): Failed {
    return new Failed(this.locate({ type, message, retryable: true, ...more }))
  }

  /** `failure` with this step as its place, unless it has one. */
  locate(failure: Failure): Failure {
    const [line, column] = this.at
    return {
      attempt: this.attempt,
      step: this.label,
      source: { file: this.machine.state.start.definition.file, line, column },
      ...failure,
    }
  }

  #place(): Place {
    const { machine, names, strand, saga, at, label } = this
    return { machine, names, strand, saga, at, label }
  }

  private found(): Cursor | undefined {
    return (this.#cursor ??= this.#parent?.found()?.inside?.[this.#segment])
  }

  private made(): Cursor {
    const found = this.found()
    if (found) return found
    if (!this.#parent) throw new Error('the frame of a run has a cursor')
    const inside = (this.#parent.made().inside ??= {})
    return (this.#cursor = inside[this.#segment] ??= {})
  }

  #scope(site: string, names: Names): Scope {
    const { machine, path, attempt } = this
    const { start, vars } = machine.state
    let dice: (() => number) | undefined
    return {
      bindings: { ...names.bindings, steps: names.steps, vars },
      functions: start.definition.functions,
      now: machine.now(),
      random: () => (dice ??= diceFor(`${machine.runId}/${path}#${attempt}:${site}`))(),
    }
  }

  #evaluated<T>(evaluation: () => T): T {
    try {
      return evaluation()
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const [line, column] = error.at
      const { file } = this.machine.state.start.definition
      const message = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`
      throw this.failed(error.type, message, { source: { file, line, column } })
    }
  }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

function unreachable(): never {
  throw new Error('a step that has begun has a cursor')
}

import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Start } from '../language/definition.ts'
import { newestMatching } from '../language/newest.ts'
import { checkAgainst } from '../language/schema.ts'
import type { ActivityRequest, HostActivities } from '../orchestrator/envelope.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import { hasEnded, standsAlone } from '../run.ts'
import { inWords } from '../violations.ts'
import type { Agenda } from './agenda.ts'
import { Instance, type Life, type Surroundings } from './instance.ts'
import type { Deed, World } from './simulate.ts'
import { StandIn } from './stand-in.ts'

/** How a piece of work ended. */
export type WorkEnd = { readonly result: Json } | { readonly failure: Failure }

/** How long the host looks for the end of a child before it says that there is none yet. */
const lookMs = 30_000

/** The runs of a simulated hub, and what its activity host does to them when the interpreter asks. */
export class Runs {
  readonly #lives = new Map<string, Life>()
  readonly #world: World
  readonly #agenda: Agenda
  readonly #around: Surroundings

  constructor(world: World, agenda: Agenda, around: Surroundings) {
    this.#world = world
    this.#agenda = agenda
    this.#around = around
  }

  get instances(): readonly Instance[] {
    return [...this.#lives.values()].filter((life) => life instanceof Instance)
  }

  instance(id: string): Instance | undefined {
    return this.instances.find((instance) => instance.id === id)
  }

  named(id: string): Life | undefined {
    return this.#lives.get(id)
  }

  /** Begins a run that is there already when its first turn looks for it. */
  async create(instance: Instance): Promise<void> {
    this.#lives.set(instance.id, instance)
    await instance.begin()
  }

  /** Begins a child, or what stands in for it; `tell` hears how it ended. */
  child(id: string, input: InterpreterInput, tell: (end: WorkEnd) => void): void {
    const asked = 'child' in input ? input.child : undefined
    const deed = asked && this.#standIn(asked.workflow, asked.input)
    this.#agenda.enter(this.#agenda.now, () => this.#begin(id, deed ?? input, (life) => tell(endOf(life))))
  }

  /** Does an activity by which the interpreter asks its host for something; nothing: it is none of those. */
  deed(name: string, { input }: ActivityRequest): Deed | undefined {
    // What an activity of the host is asked is written by the interpreter, by the same table.
    if (name === 'longhaul.resolve') return this.#resolve(input as never)
    if (name === 'longhaul.start') return this.#start(input as never)
    if (name === 'longhaul.raise') return this.#raise(input as never)
    return undefined
  }

  /** Tells the end of a run once there is one, or after a while that there is none yet. */
  attend(request: ActivityRequest, tell: (end: WorkEnd) => void): void {
    const { id } = request.input as unknown as HostActivities['longhaul.await']['request']
    const life = this.#lives.get(id)
    let isOver = false
    const once = (end: WorkEnd): void => {
      if (!isOver) tell(end)
      isOver = true
    }
    const tellEnd = (ended: Life): void => {
      const end = endOf(ended)
      once('failure' in end ? end : { result: { ended: true, output: end.result } })
    }
    if (!life) return once({ failure: unknownRun(id) })
    if (hasEnded(life.status)) return tellEnd(life)
    life.whenEnded.push(() => tellEnd(life))
    this.#agenda.enter(this.#agenda.now + lookMs, () => once({ result: { ended: false } }))
  }

  async #begin(id: string, what: Deed | InterpreterInput, whenEnded?: (life: Life) => void): Promise<void> {
    const isDeed = 'returns' in what || 'fails' in what
    const life = isDeed ? new StandIn(id, what) : new Instance(id, what, false, this.#around)
    if (whenEnded) life.whenEnded.push(() => whenEnded(life))
    if (life instanceof Instance) return this.create(life)
    this.#lives.set(id, life)
    life.begin(this.#agenda)
  }

  /** What stands in for a child; it refuses what the real one would. */
  #standIn(workflow: string, input: Json): Deed | undefined {
    const deed = this.#world.standIn?.(workflow, input)
    const resolved =
      deed && newestMatching(this.#world.definitions, workflow) && this.#resolve({ workflow, input })
    return resolved && 'fails' in resolved ? resolved : deed
  }

  #resolve({ workflow, input }: HostActivities['longhaul.resolve']['request']): Deed {
    const definition = newestMatching(this.#world.definitions, workflow)
    if (!definition) return fails('workflow.unknown', `No workflow "${workflow}"`)
    const checked = checkAgainst(definition.input ?? true, input)
    if (!checked.ok)
      return fails(
        'workflow.invalidInput',
        `The input does not fit workflow "${definition.name}": ${inWords(checked.problems)}`,
      )
    const config = this.#world.configOf?.(definition) ?? definition.config
    return { returns: { definition, input: checked.value, config } as unknown as Json }
  }

  #start({ id, workflow, input, parent }: HostActivities['longhaul.start']['request']): Deed {
    const deed = this.#standIn(workflow, input)
    const resolved = deed ?? this.#resolve({ workflow, input })
    if ('fails' in resolved && resolved.fails.type === 'workflow.invalidInput') return resolved
    if (!deed && 'fails' in resolved) return resolved
    const what = deed ?? {
      ...(('returns' in resolved ? resolved.returns : null) as unknown as Start),
      ...(parent === undefined ? {} : { parent }),
      ...standsAlone,
    }
    if (!this.#lives.has(id)) this.#agenda.enter(this.#agenda.now, () => this.#begin(id, what))
    return { returns: id }
  }

  #raise({ to, event, data }: HostActivities['longhaul.raise']['request']): Deed {
    const target = this.#lives.get(to)
    if (!target) return { fails: unknownRun(to) }
    if (hasEnded(target.status)) return fails('run.ended', `Run "${to}" has ended`)
    this.#agenda.enter(this.#agenda.now, () => target.tell({ event, data }))
    return { returns: null }
  }
}

function endOf({ status, output, error }: Life): WorkEnd {
  if (error) return { failure: error }
  if (status === 'completed') return { result: output ?? null }
  throw new Error('a run that has ended has an output or an error')
}

function fails(type: string, message: string): { readonly fails: Failure } {
  return { fails: { type, message, retryable: false } }
}

function unknownRun(id: string): Failure {
  return fails('run.unknown', `There is no run "${id}"`).fails
}

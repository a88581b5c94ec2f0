import { isDeepStrictEqual } from 'node:util'
import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import type { Definition, Start } from '../language/definition.ts'
import { newestMatching } from '../language/newest.ts'
import { checkAgainst } from '../language/schema.ts'
import { fromDetails, type ActivityRequest, type HostActivities } from '../orchestrator/envelope.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import { hasEnded, ownEvents, type Report, type RunStatus } from '../run.ts'
import { Generation, type Action, type Happening } from './generation.ts'

/** What an activity does in a simulated world. */
export type Deed = { readonly takesMs?: number } & ({ readonly returns: Json } | { readonly fails: Failure })

/** Something that happens to the simulated run from outside. */
export type Stimulus = { readonly afterMs: number } & (
  | { readonly event: string; readonly data: Json }
  | { readonly answer: string; readonly data: Json }
  | { readonly cancel: true }
)

export interface World {
  /** The definitions that children are found in. */
  readonly definitions: readonly Definition[]
  perform(name: string, request: ActivityRequest): Deed
  readonly stimuli?: readonly Stimulus[]
  /** When the run starts, epoch ms. */
  readonly startsAt?: number
}

export interface SimulateOptions {
  /** Whether a second interpreter replays the whole history after every event and must ask for the same; default true. */
  readonly replays?: boolean
}

export interface Call {
  readonly name: string
  readonly request: ActivityRequest
  readonly at: number
}

/** How a simulated run went. */
export interface Simulated {
  readonly status: RunStatus | 'stuck'
  readonly output?: Json
  readonly error?: Failure
  readonly elapsedMs: number
  readonly calls: readonly Call[]
  readonly report: Report
  /** How often the run continued as new. */
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
  return new Simulation(world, options.replays ?? true).run(start)
}

const mostEvents = 100_000
const rootId = '00000000-0000-4000-8000-000000000000'

interface Instance {
  readonly id: string
  readonly parent?: { readonly instance: Instance; readonly generation: Generation; readonly task: number }
  input: InterpreterInput
  startedAt: number
  live: Generation
  history: Happening[]
  seen: number
  status: RunStatus
  output?: Json
  error?: Failure
}

class Simulation {
  readonly #world: World
  readonly #replays: boolean
  readonly #queue: { readonly at: number; readonly seq: number; readonly deliver: () => Promise<void> }[] = []
  readonly #instances = new Map<string, Instance>()
  readonly #calls: Call[] = []
  #now: number
  #seq = 0
  #checkpoints = 0
  #longest = 0

  constructor(world: World, replays: boolean) {
    this.#world = world
    this.#replays = replays
    this.#now = world.startsAt ?? Date.UTC(2030, 0, 1)
  }

  async run(start: Start): Promise<Simulated> {
    const began = this.#now
    const root = await this.#create(rootId, start)
    for (const stimulus of this.#world.stimuli ?? [])
      this.#at(began + stimulus.afterMs, () => this.#stimulate(root, stimulus))
    for (let count = 0; !hasEnded(root.status); count += 1) {
      const next = this.#next()
      if (!next || count > mostEvents) return this.#result(root, 'stuck', began)
      this.#now = Math.max(this.#now, next.at)
      await next.deliver()
    }
    return this.#result(root, root.status, began)
  }

  #result(root: Instance, status: Simulated['status'], began: number): Simulated {
    return {
      status,
      ...(root.output === undefined ? {} : { output: root.output }),
      ...(root.error === undefined ? {} : { error: root.error }),
      elapsedMs: this.#now - began,
      calls: this.#calls,
      report: (root.live.report ?? {}) as Report,
      checkpoints: this.#checkpoints,
      longestHistory: this.#longest,
    }
  }

  #at(at: number, deliver: () => Promise<void>): void {
    this.#queue.push({ at, seq: (this.#seq += 1), deliver })
  }

  #next(): { readonly at: number; readonly deliver: () => Promise<void> } | undefined {
    let first = 0
    for (const [index, item] of this.#queue.entries()) {
      const best = this.#queue[first]
      if (best && (item.at < best.at || (item.at === best.at && item.seq < best.seq))) first = index
    }
    return this.#queue.splice(first, 1)[0]
  }

  async #create(id: string, input: InterpreterInput, parent?: Instance['parent']): Promise<Instance> {
    const copy = structuredClone(input)
    const live = new Generation(id, structuredClone(copy), this.#now)
    const instance: Instance = {
      id,
      ...(parent ? { parent } : {}),
      input: copy,
      startedAt: this.#now,
      live,
      history: [],
      seen: 0,
      status: 'running',
    }
    this.#instances.set(id, instance)
    await live.begin()
    await this.#afterTurn(instance)
    return instance
  }

  async #stimulate(root: Instance, stimulus: Stimulus): Promise<void> {
    if ('cancel' in stimulus) return this.#tell(root, { event: ownEvents.cancel, data: null })
    if ('event' in stimulus) return this.#tell(root, { event: stimulus.event, data: stimulus.data })
    const questions = (root.live.report as Report | null)?.questions ?? []
    const question = questions.find(({ step, key }) => step === stimulus.answer || key === stimulus.answer)
    if (!question)
      throw new Error(
        `No question of step "${stimulus.answer}" is open at ${new Date(this.#now).toISOString()}`,
      )
    await this.#tell(root, { event: ownEvents.answer, data: { question: question.key, data: stimulus.data } })
  }

  async #tell(
    instance: Instance,
    what: { event: string; data: Json } | { task: number; result: Json } | { task: number; failure: Failure },
  ): Promise<void> {
    if (hasEnded(instance.status)) return
    const happening = { at: this.#now, ...what } as Happening
    instance.history.push(happening)
    await instance.live.tell(happening)
    if (this.#replays) await this.#replay(instance)
    await this.#afterTurn(instance)
  }

  /** A fresh interpreter that is told the same history must ask for the same things, in the same order. */
  async #replay(instance: Instance): Promise<void> {
    const again = new Generation(instance.id, structuredClone(instance.input), instance.startedAt)
    await again.begin()
    for (const happening of instance.history) await again.tell(happening)
    if (!isDeepStrictEqual(again.actions, instance.live.actions))
      throw new Error(
        `Replay asked for ${JSON.stringify(again.actions)}, not ${JSON.stringify(instance.live.actions)}`,
      )
    if (!isDeepStrictEqual(again.report, instance.live.report))
      throw new Error(
        `Replay reported ${JSON.stringify(again.report)}, not ${JSON.stringify(instance.live.report)}`,
      )
  }

  async #afterTurn(instance: Instance): Promise<void> {
    const { live } = instance
    this.#longest = Math.max(this.#longest, instance.history.length + live.actions.length)
    const asked = live.actions.slice(instance.seen)
    instance.seen = live.actions.length
    for (const action of asked) await this.#dispatch(instance, live, action)
    live.close()
    const { end } = live
    if (!end) return
    if (end.ended === 'continued') return this.#continue(instance, end.input, end.carried)
    if (end.ended === 'completed') Object.assign(instance, { status: 'completed', output: end.output })
    else {
      const error = failureOf(end.error)
      Object.assign(instance, { status: error.type === 'cancelled' ? 'cancelled' : 'failed', error })
    }
    this.#tellParent(instance)
  }

  async #continue(
    instance: Instance,
    input: InterpreterInput,
    carried: readonly { event: string; data: Json }[],
  ): Promise<void> {
    this.#checkpoints += 1
    const copy = JSON.parse(JSON.stringify(input)) as InterpreterInput
    const live = new Generation(instance.id, structuredClone(copy), this.#now)
    Object.assign(instance, { input: copy, startedAt: this.#now, live, history: [], seen: 0 })
    await live.begin()
    for (const happening of carried) {
      instance.history.push({ at: this.#now, ...happening })
      await live.tell({ at: this.#now, ...happening })
    }
    await this.#afterTurn(instance)
  }

  #tellParent({ parent, status, output, error }: Instance): void {
    if (!parent) return
    const { instance, generation, task } = parent
    this.#at(this.#now, async () => {
      if (instance.live !== generation) return
      if (status === 'completed') await this.#tell(instance, { task, result: output ?? null })
      else await this.#tell(instance, { task, failure: error ?? failureOf(undefined) })
    })
  }

  async #dispatch(instance: Instance, generation: Generation, action: Action): Promise<void> {
    const isCurrent = (): boolean => instance.live === generation
    if (action.do === 'timer')
      return this.#at(action.dueAt, async () => {
        if (isCurrent()) await this.#tell(instance, { task: action.id, result: null })
      })
    if (action.do === 'send')
      return this.#at(this.#now, async () => {
        const target = this.#instances.get(action.to)
        if (target) await this.#tell(target, { event: action.event, data: action.data })
      })
    if (action.do === 'child')
      return this.#at(this.#now, async () => {
        await this.#create(action.instanceId, action.input as InterpreterInput, {
          instance,
          generation,
          task: action.id,
        })
      })
    const deed = await this.#deed(action.name, action.input as ActivityRequest)
    this.#at(this.#now + (deed.takesMs ?? 0), async () => {
      if (!isCurrent()) return
      if ('returns' in deed) await this.#tell(instance, { task: action.id, result: deed.returns })
      else await this.#tell(instance, { task: action.id, failure: deed.fails })
    })
  }

  async #deed(name: string, request: ActivityRequest): Promise<Deed> {
    if (name === 'longhaul.resolve') return this.#resolve(request.input as never)
    if (name === 'longhaul.start') return this.#start(request.input as never)
    if (name === 'longhaul.raise') return this.#raise(request.input as never)
    if (name === 'longhaul.await') return this.#await(request.input as never)
    this.#calls.push({ name, request, at: this.#now })
    return this.#world.perform(name, request)
  }

  #resolve({ workflow, input }: HostActivities['longhaul.resolve']['request']): Deed {
    const definition = newestMatching(this.#world.definitions, workflow)
    if (!definition)
      return { fails: { type: 'workflow.unknown', message: `No workflow "${workflow}"`, retryable: false } }
    const checked = checkAgainst(definition.input ?? true, input)
    if (checked.ok)
      return { returns: { definition, input: checked.value, config: definition.config } as unknown as Json }
    const message = `The input does not fit workflow "${definition.name}": ${checked.problems[0]?.message ?? ''}`
    return { fails: { type: 'workflow.invalidInput', message, retryable: false } }
  }

  #start({ id, workflow, input, parent }: HostActivities['longhaul.start']['request']): Deed {
    const resolved = this.#resolve({ workflow, input })
    if (!('returns' in resolved)) return resolved
    if (!this.#instances.has(id))
      this.#at(this.#now, async () => {
        await this.#create(id, { ...(resolved.returns as unknown as Start), parent })
      })
    return { returns: id }
  }

  /** The real host looks for some seconds; here, time passes between two looks. */
  #await({ id }: HostActivities['longhaul.await']['request']): Deed {
    const takesMs = 30_000
    const child = this.#instances.get(id)
    if (!child)
      return { fails: { type: 'run.unknown', message: `There is no run "${id}"`, retryable: false } }
    if (child.error) return { fails: child.error }
    if (child.status !== 'completed') return { takesMs, returns: { ended: false } }
    return { returns: { ended: true, output: child.output ?? null } }
  }

  #raise({ to, event, data }: HostActivities['longhaul.raise']['request']): Deed {
    const target = this.#instances.get(to)
    if (!target)
      return { fails: { type: 'run.unknown', message: `There is no run "${to}"`, retryable: false } }
    if (hasEnded(target.status))
      return { fails: { type: 'run.ended', message: `Run "${to}" has ended`, retryable: false } }
    this.#at(this.#now, () => this.#tell(target, { event, data }))
    return { returns: null }
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { type: 'internal', message: String(error), retryable: false }
  return fromDetails({ errorType: error.name, message: error.message, stackTrace: error.stack })
}

import { acceptableAnswer, askedNow, questionNamed } from '../client/question.ts'
import { EngineError } from '../error.ts'
import type { Start } from '../language/definition.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import type { InterpreterInput } from '../orchestrator/state.ts'
import { type Answer, hasEnded, ownEvents, type Question, standsAlone } from '../run.ts'
import { Agenda } from './agenda.ts'
import type { Action } from './generation.ts'
import { Instance, type Surroundings } from './instance.ts'
import { Runs, type WorkEnd } from './runs.ts'
import type { Call, Deed, Reply, Simulated, SimulateOptions, Stimulus, World } from './simulate.ts'

const rootId = '00000000-0000-4000-8000-000000000000'

/** A hub, an activity host and people, as far as a run can tell them from real ones. */
export class Simulation {
  readonly #world: World
  readonly #mostEvents: number
  readonly #agenda: Agenda
  readonly #around: Surroundings
  readonly #runs: Runs
  readonly #calls: Call[] = []

  constructor(world: World, { replays = true, mostEvents = 100_000, watch = () => {} }: SimulateOptions) {
    this.#world = world
    this.#mostEvents = mostEvents
    this.#agenda = new Agenda(world.startsAt ?? Date.UTC(2030, 0, 1))
    this.#around = {
      now: () => this.#agenda.now,
      replays,
      watch,
      dispatch: (instance, action) => this.#dispatch(instance, action),
      question: (instance, question) => this.#put(instance, question),
    }
    this.#runs = new Runs(world, this.#agenda, this.#around)
  }

  async run(start: Start): Promise<Simulated> {
    const began = this.#agenda.now
    const root = new Instance(rootId, { ...standsAlone, ...start }, true, this.#around)
    await this.#runs.create(root)
    for (const stimulus of this.#world.stimuli ?? [])
      this.#agenda.enter(began + stimulus.afterMs, () => this.#stimulate(root, stimulus))
    for (let count = 0; !hasEnded(root.status); count += 1) {
      if (count > this.#mostEvents) return this.#result(root, began, 'endless')
      if (!(await this.#agenda.next())) return this.#result(root, began, 'waits')
    }
    return this.#result(root, began)
  }

  #result(root: Instance, began: number, stuck?: Simulated['stuck']): Simulated {
    const { instances } = this.#runs
    return {
      status: stuck ? 'stuck' : root.status,
      ...(stuck && { stuck, listens: [...new Set(instances.flatMap(({ live }) => live.listens))] }),
      ...(root.output !== undefined && { output: root.output }),
      ...(root.error && { error: root.error }),
      elapsedMs: this.#agenda.now - began,
      calls: this.#calls,
      report: root.report,
      checkpoints: instances.reduce((sum, { checkpoints }) => sum + checkpoints, 0),
      longestHistory: Math.max(...instances.map(({ longestHistory }) => longestHistory)),
    }
  }

  async #stimulate(root: Instance, stimulus: Stimulus): Promise<void> {
    if ('cancel' in stimulus) return root.tell({ event: ownEvents.cancel, data: null })
    if ('event' in stimulus) return root.tell({ event: stimulus.event, data: stimulus.data })
    try {
      const name = 'answer' in stimulus ? stimulus.answer : stimulus.decline
      const { run, question } = await askedNow(questionNamed(name, root), root, async (id) =>
        this.#runs.instance(id),
      )
      const reply = 'answer' in stimulus ? stimulus : { ...stimulus, declined: true as const }
      await this.#runs.named(run)?.tell({ event: ownEvents.answer, data: { ...answerTo(question, reply) } })
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      this.#note(root, error.message)
    }
  }

  /** Puts a question to whoever answers in this world. */
  #put(instance: Instance, question: Question): void {
    const reply = this.#world.answer?.(question)
    if (reply)
      this.#agenda.enter(this.#agenda.now + reply.afterMs, () => this.#answer(instance, question, reply))
  }

  async #answer(instance: Instance, question: Question, reply: Reply): Promise<void> {
    const open = instance.report.questions?.find(({ key }) => key === question.key)
    if (!open || hasEnded(instance.status))
      return this.#note(
        instance,
        `The answer to "${question.step}" comes when the question is no longer open`,
      )
    try {
      await instance.tell({ event: ownEvents.answer, data: { ...answerTo(open, reply) } })
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'answer.invalid') throw error
      this.#note(instance, `${error.message}; it is refused, and the question stays open`)
      this.#put(instance, open)
    }
  }

  #note({ whose }: Instance, note: string): void {
    this.#around.watch({ at: this.#agenda.now, run: whose, is: 'noted', note })
  }

  #dispatch(instance: Instance, action: Action): void {
    const generation = instance.live
    const finish = async (end: WorkEnd): Promise<void> => {
      if (instance.live === generation) await instance.tell({ task: action.id, ...end })
    }
    const soon = (end: WorkEnd, afterMs = 0): void =>
      this.#agenda.enter(this.#agenda.now + afterMs, () => finish(end))

    if (action.do === 'timer') return this.#agenda.enter(action.dueAt, () => finish({ result: null }))
    if (action.do === 'send')
      return this.#agenda.enter(this.#agenda.now, () =>
        this.#runs.named(action.to)?.tell({ event: action.event, data: action.data }),
      )
    // What the interpreter gives to activities and children is written by itself.
    if (action.do === 'child')
      return this.#runs.child(action.instanceId, action.input as InterpreterInput, soon)
    const request = action.input as ActivityRequest
    if (action.name === 'longhaul.await') return this.#runs.attend(request, soon)
    const deed = this.#runs.deed(action.name, request) ?? this.#perform(action.name, request)
    soon('fails' in deed ? { failure: deed.fails } : { result: deed.returns }, deed.takesMs)
  }

  #perform(name: string, request: ActivityRequest): Deed {
    this.#calls.push({ name, request, at: this.#agenda.now })
    return this.#world.perform(name, request)
  }
}

/** What the run is told of an answer, or of a question that nobody will answer. */
function answerTo(question: Question, reply: Reply): Answer {
  if ('declined' in reply) return { question: question.key, data: reply.reason ?? null, declined: true }
  return { question: question.key, data: acceptableAnswer(question, reply.data) }
}

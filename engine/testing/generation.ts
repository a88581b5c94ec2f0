import { Task, TaskFailedError, type OrchestrationContext } from '@microsoft/durabletask-js'
import type { Failure } from '../failure.ts'
import type { Json } from '../json.ts'
import { toThrowable } from '../orchestrator/envelope.ts'
import { interpreter } from '../orchestrator/interpret.ts'
import type { OrchestratorInput } from '../orchestrator/state.ts'

/** What an interpreter asked its hub for; numbered from 1 in the order of asking. */
export type Action =
  | { readonly do: 'activity'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly do: 'timer'; readonly id: number; readonly dueAt: number }
  | {
      readonly do: 'child'
      readonly id: number
      readonly name: string
      readonly input: unknown
      readonly instanceId: string
    }
  | {
      readonly do: 'send'
      readonly id: number
      readonly to: string
      readonly event: string
      readonly data: Json
    }

/** What happened to a run, in the order in which its interpreter was told; `at` is epoch ms. */
export type Happening = { readonly at: number } & (
  | { readonly task: number; readonly result: Json }
  | { readonly task: number; readonly failure: Failure }
  | { readonly event: string; readonly data: Json }
)

/** How a generation of a run ended. */
export type GenerationEnd =
  | { readonly ended: 'completed'; readonly output: Json }
  | { readonly ended: 'failed'; readonly error: unknown }
  | {
      readonly ended: 'continued'
      readonly input: OrchestratorInput
      readonly carried: readonly { event: string; data: Json }[]
    }

class PlainTask extends Task<unknown> {
  readonly onCancel: () => void

  constructor(onCancel: () => void = () => {}) {
    super()
    this.onCancel = onCancel
  }

  cancel(): void {
    if (!this._isComplete) this.onCancel()
  }

  finish(end: { readonly result: Json } | { readonly failure: Failure }): void {
    this._isComplete = true
    if ('failure' in end) this._exception = exceptionOf(end.failure)
    else this._result = end.result
    this._parent?.onChildCompleted(this)
  }
}

/**
 * The interpreter of one generation of a run in memory, told what happens one thing at a time. It keeps to what the
 * Durable Task SDK does: task numbers, buffered events, events that reach an armed task after continue-as-new.
 */
export class Generation {
  readonly actions: Action[] = []
  report: Json = null
  end: GenerationEnd | undefined
  readonly #instanceId: string
  readonly #program: AsyncGenerator<Task<unknown>, Json | undefined>
  readonly #tasks = new Map<number, PlainTask>()
  readonly #cancelled = new Set<number>()
  readonly #buffered = new Map<string, Json[]>()
  readonly #waiting = new Map<string, PlainTask[]>()
  #continuedWith: OrchestratorInput | undefined
  #yielded: Task<unknown> | undefined
  #now: number
  #count = 0

  constructor(instanceId: string, input: OrchestratorInput, at: number) {
    this.#instanceId = instanceId
    this.#now = at
    this.#program = interpreter()(this.#context(), input)
  }

  async begin(): Promise<void> {
    await this.#advance(() => this.#program.next())
  }

  async tell(happening: Happening): Promise<void> {
    this.#now = happening.at
    if ('event' in happening) this.#receive(happening.event.toLowerCase(), happening.data)
    else this.#tasks.get(happening.task)?.finish(happening)
    while (!this.end && this.#yielded?.isComplete) await this.#resume(this.#yielded)
  }

  /** Called when the turn is over: only now does the SDK write the input of the next generation. */
  close(): void {
    if (!this.#continuedWith) return
    const carried = [...this.#buffered].flatMap(([event, all]) => all.map((data) => ({ event, data })))
    this.end = { ended: 'continued', input: structuredClone(this.#continuedWith), carried }
  }

  /** Whether the interpreter still waits for the end of a task: it does not for a timer that it has cancelled. */
  awaits(task: number): boolean {
    return this.#tasks.get(task)?.isComplete === false
  }

  /** Whether the interpreter has taken a timer back: its hub never hears of one taken back in the turn that asked for it. */
  hasCancelled(task: number): boolean {
    return this.#cancelled.has(task)
  }

  /** The author's events that somebody waits for. */
  get listens(): readonly string[] {
    return [...this.#waiting]
      .filter(([name, tasks]) => tasks.length > 0 && !name.startsWith('longhaul.'))
      .map(([name]) => name)
  }

  async #resume(task: Task<unknown>): Promise<void> {
    await this.#advance(() =>
      task.isFailed ? this.#program.throw(task.getException()) : this.#program.next(task.getResult()),
    )
  }

  async #advance(step: () => Promise<IteratorResult<Task<unknown>, Json | undefined>>): Promise<void> {
    try {
      const { done, value } = await step()
      if (!done) this.#yielded = value
      else if (this.#continuedWith) this.#yielded = undefined
      else this.end = { ended: 'completed', output: value ?? null }
      if (!done && value.isComplete) await this.#resume(value)
    } catch (error) {
      this.end = { ended: 'failed', error }
    }
  }

  #receive(name: string, data: Json): void {
    const task = this.#waiting.get(name)?.shift()
    if (task) return task.finish({ result: data })
    const buffered = this.#buffered.get(name) ?? []
    this.#buffered.set(name, [...buffered, data])
  }

  #context(): OrchestrationContext {
    const now = (): number => this.#now
    const context = {
      instanceId: this.#instanceId,
      isReplaying: false,
      get currentUtcDateTime() {
        return new Date(now())
      },
      callActivity: (name: string, input: unknown) =>
        this.#ask((id) => ({ do: 'activity', id, name, input: copyOf(input) })),
      callSubOrchestrator: (name: string, input: unknown, { instanceId }: { instanceId: string }) =>
        this.#ask((id) => ({ do: 'child', id, name, input: copyOf(input), instanceId })),
      createTimer: (dueAt: Date) => this.#ask((id) => ({ do: 'timer', id, dueAt: dueAt.getTime() })),
      sendEvent: (to: string, event: string, data: Json = null) => {
        this.#ask((id) => ({ do: 'send', id, to, event, data }))
      },
      waitForExternalEvent: (name: string) => this.#await(name.toLowerCase()),
      setCustomStatus: (status: unknown) => {
        this.report = copyOf(status) as Json
      },
      continueAsNew: (input: OrchestratorInput) => {
        this.#continuedWith = input
      },
    }
    return context as unknown as OrchestrationContext
  }

  #ask(action: (id: number) => Action): PlainTask {
    const id = (this.#count += 1)
    this.actions.push(action(id))
    const task = new PlainTask(() => {
      this.#tasks.delete(id)
      this.#cancelled.add(id)
    })
    this.#tasks.set(id, task)
    return task
  }

  #await(name: string): PlainTask {
    const task = new PlainTask()
    const [first, ...others] = this.#buffered.get(name) ?? []
    if (first === undefined) this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), task])
    else {
      task.finish({ result: first })
      this.#buffered.set(name, others)
    }
    return task
  }
}

function copyOf(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}

function exceptionOf(failure: Failure): TaskFailedError {
  const { name, message, stack = '' } = toThrowable(failure)
  const details = {
    getErrormessage: () => message,
    getErrortype: () => name,
    getStacktrace: () => ({ getValue: () => stack }),
  }
  return new TaskFailedError(message, details as never)
}

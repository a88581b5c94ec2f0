import { randomUUID } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { HistoryEntry, RunClient, RunFilter, StartOptions } from '../../../engine/client/client.ts'
import { EngineError } from '../../../engine/error.ts'
import type { Json } from '../../../engine/json.ts'
import type { Definition } from '../../../engine/language/definition.ts'
import { hasEnded, type Question, type Run } from '../../../engine/run.ts'

/** Runs in memory that go where a test sends them. */
export class ScriptedRuns implements RunClient {
  readonly runs: Map<string, Run> = new Map()
  readonly answers: {
    readonly id: string
    readonly question: string
    readonly data: Json
    readonly declined?: true
  }[] = []
  /** How many runs are being watched. */
  watching = 0
  /** What a cancel does beside being noted. */
  onCancel: (run: Run, reason: string) => void = (run) =>
    this.change(run.id, { report: { cancelling: true } })
  readonly #listeners = new Set<() => void>()

  async start(definition: Definition, input: Json, options: StartOptions = {}): Promise<Run> {
    const id = options.id ?? randomUUID()
    if (this.runs.has(id)) throw new EngineError('run.exists', `Run "${id}" exists`)
    const ajv = new Ajv2020({ allErrors: true, strict: false })
    if (definition.input !== undefined && !ajv.validate(definition.input, input))
      throw new EngineError(
        'workflow.invalidInput',
        `Input of "${definition.name}" does not fit its schema`,
        {
          data: (ajv.errors ?? []).map(({ instancePath, message = '' }) => ({ path: instancePath, message })),
        },
      )
    const now = new Date().toISOString()
    this.runs.set(id, {
      id,
      workflow: definition.name,
      status: 'running',
      createdAt: now,
      updatedAt: now,
      report: {},
      input,
      tags: options.tags ?? {},
    })
    this.#wake()
    return this.#run(id)
  }

  /** Changes a run and tells whoever watches it. */
  change(id: string, change: Partial<Run>): void {
    this.runs.set(id, { ...this.#run(id), ...change, updatedAt: new Date().toISOString() })
    this.#wake()
  }

  /** Resolves once so many answers have come. */
  async answered(count: number): Promise<void> {
    while (this.answers.length < count) await this.#changed(undefined)
  }

  complete(id: string, output: Json): void {
    this.change(id, { status: 'completed', output })
  }

  ask(id: string, ...questions: readonly (Partial<Question> & { readonly key: string })[]): void {
    const open = questions.map((question) =>
      Object.assign(
        {
          step: question.key,
          prompt: `Tell me ${question.key}`,
          askedAt: new Date().toISOString(),
          reminders: 0,
        },
        question,
      ),
    )
    this.change(id, { status: 'waiting', report: { questions: open } })
  }

  async get(id: string): Promise<Run | undefined> {
    return this.runs.get(id)
  }

  async list(filter: RunFilter = {}): Promise<{ runs: readonly Run[]; cursor?: string }> {
    const { limit = 100, cursor = '0', tags = {}, status, createdFrom } = filter
    const all = [...this.runs.values()]
      .filter((run) => Object.entries(tags).every(([name, value]) => run.tags[name] === value))
      .filter((run) => status?.includes(run.status) ?? true)
      .filter((run) => Date.parse(run.createdAt) >= (createdFrom?.getTime() ?? 0))
    const runs = all.slice(Number(cursor), Number(cursor) + limit)
    const next = Number(cursor) + runs.length
    return { runs, ...(next < all.length ? { cursor: String(next) } : {}) }
  }

  async wait(id: string): Promise<Run> {
    for await (const run of this.watch(id)) if (hasEnded(run.status)) return run
    return this.#run(id)
  }

  async *watch(id: string, signal?: AbortSignal): AsyncIterable<Run> {
    this.watching += 1
    try {
      let seen: Run | undefined
      for (;;) {
        if (signal?.aborted) return
        const run = this.#run(id)
        const changed = this.#changed(signal)
        if (run !== seen) yield run
        if (hasEnded(run.status)) return
        seen = run
        await changed
      }
    } finally {
      this.watching -= 1
    }
  }

  async history(): Promise<readonly HistoryEntry[]> {
    return [{ at: new Date(0).toISOString(), type: 'runStarted' }]
  }

  async raise(): Promise<void> {}

  async answer(id: string, question: string, data: Json): Promise<void> {
    const asked = this.#question(id, question)
    if (asked.schema !== undefined && !new Ajv2020({ strict: false }).validate(asked.schema, data))
      throw new EngineError('answer.invalid', `That does not answer "${asked.step}"`)
    this.answers.push({ id, question: asked.key, data })
    this.#close(id, asked)
  }

  async decline(id: string, question: string, reason?: string): Promise<void> {
    const asked = this.#question(id, question)
    this.answers.push({ id, question: asked.key, data: reason ?? null, declined: true })
    this.#close(id, asked)
  }

  async cancel(id: string, { reason = '' }: { readonly reason?: string } = {}): Promise<void> {
    this.onCancel(this.#run(id), reason)
  }

  async retry(id: string): Promise<Run> {
    return this.#run(id)
  }

  async purge(id: string): Promise<boolean> {
    const known = this.runs.delete(id)
    this.#wake()
    return known
  }

  async close(): Promise<void> {}

  async noteRefusal(id: string, question: string, reason: string): Promise<void> {
    const asked = this.#question(id, question)
    const count = (asked.refused?.count ?? 0) + 1
    const questions = (this.#run(id).report.questions ?? []).map((each) =>
      each === asked ? { ...each, refused: { count, reason } } : each,
    )
    this.change(id, { report: { questions } })
  }

  #question(id: string, name: string): Question {
    const open = this.#run(id).report.questions ?? []
    const asked = open.find(({ key, step }) => key === name || step === name)
    if (asked !== undefined) return asked
    throw new EngineError('question.unknown', `Run "${id}" has no question "${name}"`)
  }

  #close(id: string, closed: Question): void {
    const questions = (this.#run(id).report.questions ?? []).filter(({ key }) => key !== closed.key)
    this.change(id, { status: questions.length === 0 ? 'running' : 'waiting', report: { questions } })
  }

  #run(id: string): Run {
    const run = this.runs.get(id)
    if (run === undefined) throw new EngineError('run.unknown', `Run "${id}" is not known`)
    return run
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
  }

  #changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#listeners.add(done)
      signal?.addEventListener('abort', done)
    })
  }
}

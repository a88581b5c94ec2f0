import { isJsonObject, type Json } from '../json.ts'
import type { ActivityCatalog } from '../language/catalog.ts'
import type { Definition } from '../language/definition.ts'
import { referenceOf } from '../language/newest.ts'
import { checkAgainst } from '../language/schema.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import type { Question } from '../run.ts'
import { asData, inWords } from '../violations.ts'
import { Answers } from './answers.ts'
import { compare, type Observed } from './compare.ts'
import type { Difference } from './difference.ts'
import { durationWords } from './duration-words.ts'
import type { Action } from './generation.ts'
import { Mocks, Unmocked } from './mocks.ts'
import type { Moment } from './moment.ts'
import { simulate, type Simulated, type World } from './simulate.ts'
import type { TestCase } from './test-file.ts'
import { Tracer, type TraceLine } from './trace.ts'

/** What a case is run with. */
export interface Stage {
  readonly definition: Definition
  /** All that children are found in. */
  readonly definitions: readonly Definition[]
  readonly catalog?: ActivityCatalog
  /** After so many events, each replayed, the run is taken for one that never ends; default 10,000. */
  readonly mostEvents?: number
  /** Told of everything that happens. */
  readonly watch?: (moment: Moment) => void
}

/** How a case went: passed where there is no difference. */
export interface CaseResult {
  /** `error`: the run could not be brought to an end. */
  readonly status: Observed['status'] | 'error'
  readonly elapsedMs: number
  readonly differences: readonly Difference[]
  readonly trace: readonly TraceLine[]
}

/** Runs a case on the real interpreter, and compares. */
export async function runCase(test: TestCase, stage: Stage): Promise<CaseResult> {
  const { definition, definitions, mostEvents = 10_000 } = stage
  const checked = checkAgainst(definition.input ?? true, test.input)
  if (!checked.ok) return refused(test, definition, checked.problems)
  const tracer = new Tracer()
  const notes = new Notes()
  const mocks = new Mocks(test.mocks, stage.catalog)
  const answers = new Answers(test.answers)
  const configOf = (one: Definition): Readonly<Record<string, Json>> => configured(one, test)
  const world: World = {
    definitions,
    perform: (name, request) => mocks.perform(name, request),
    standIn: (workflow) => mocks.standIn(workflow),
    answer: (question) => answers.to(question),
    configOf,
    stimuli: test.stimuli,
    ...(test.startsAt !== undefined && { startsAt: test.startsAt }),
  }
  const watch = (moment: Moment): void => {
    tracer.watch(moment)
    notes.watch(moment)
    stage.watch?.(moment)
  }
  const start = { definition, input: checked.value, config: configOf(definition) }
  try {
    const run = await simulate(start, world, { mostEvents, watch })
    const observed = observedOf(run, notes)
    const differences = [...surprises(test, run, observed, answers), ...compare(test.expect, observed)]
    return { status: observed.status, elapsedMs: run.elapsedMs, differences, trace: tracer.lines }
  } catch (error) {
    return broken(error, tracer)
  }
}

/** What a simulation tells that its result does not. */
class Notes {
  readonly calls: { readonly name: string; readonly input: Json }[] = []
  readonly questions: Question[] = []

  watch(moment: Moment): void {
    if (moment.is === 'questioned') this.questions.push(moment.question)
    if (moment.is === 'asked') this.calls.push(...callsIn(moment.action))
  }
}

function callsIn(action: Action): readonly { readonly name: string; readonly input: Json }[] {
  if (action.do === 'child') {
    const { child } = action.input as { child?: { readonly input: Json } } // parts of the run itself are no children to its author
    return child ? [{ name: action.name, input: child.input }] : []
  }
  if (action.do !== 'activity') return []
  const { input } = action.input as ActivityRequest
  if (action.name === 'longhaul.start' && isJsonObject(input)) {
    const { workflow, input: given = null } = input
    return typeof workflow === 'string' ? [{ name: referenceOf(workflow).name, input: given }] : []
  }
  return action.name.startsWith('longhaul.') ? [] : [{ name: action.name, input }]
}

function observedOf(run: Simulated, { calls, questions }: Notes): Observed {
  const isAsking = (run.report.questions ?? []).length > 0
  const status =
    run.status === 'completed' || run.status === 'failed' || run.status === 'cancelled'
      ? run.status
      : isAsking
        ? 'waiting'
        : 'running'
  return {
    status,
    ...(run.output !== undefined && { output: run.output }),
    ...(run.error && { error: run.error }),
    elapsedMs: run.elapsedMs,
    calls,
    questions,
  }
}

/** What fails a case whatever it expects. */
function surprises(
  test: TestCase,
  run: Simulated,
  observed: Observed,
  answers: Answers,
): readonly Difference[] {
  const found: Difference[] = answers.unused.map(({ step }) => {
    const times = observed.questions.filter((question) => question.step === step).length
    const asked = times === 0 ? 'never asked' : times === 1 ? 'asked once' : `asked ${times} times`
    return { what: 'answer', message: `An answer to "${step}" was not needed: the step ${asked}` }
  })
  if (run.stuck === 'endless')
    found.push({
      what: 'run',
      message: `The run goes on and on: after ${durationWords(run.elapsedMs)} it was given up`,
    })
  else if (run.stuck && test.expect.status !== observed.status)
    found.push({ what: 'run', message: stuckWords(run) })
  return found
}

function stuckWords({ report, listens = [] }: Simulated): string {
  const questions = (report.questions ?? []).map(({ step }) => `an answer to "${step}"`)
  const events = listens.map((event) => `the event "${event}"`)
  const what = [...questions, ...events].join(' or ')
  return `The run never ends: it waits for ${what === '' ? 'something that never comes' : what}`
}

function refused(
  test: TestCase,
  definition: Definition,
  problems: Parameters<typeof inWords>[0],
): CaseResult {
  const message = `The input does not fit workflow "${definition.name}": ${inWords(problems)}`
  const error = { type: 'workflow.invalidInput', message, data: asData(problems), retryable: false }
  const observed: Observed = { status: 'failed', error, elapsedMs: 0, calls: [], questions: [] }
  const isExpected = test.expect.status !== undefined || test.expect.error !== undefined
  const surprise = isExpected ? [] : [{ what: 'input', message: `${message}; no run comes into being` }]
  const differences = [...surprise, ...compare(test.expect, observed)]
  return { status: 'failed', elapsedMs: 0, differences, trace: [] }
}

/** The settings of a definition: as it says, then as the test says. */
function configured({ config }: Definition, test: TestCase): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(config).map(([name, preset]) => [name, test.config[name] ?? preset]),
  )
}

function broken(error: unknown, { lines }: Tracer): CaseResult {
  const message =
    error instanceof Unmocked
      ? error.message
      : `The engine failed: ${error instanceof Error ? error.message : String(error)}`
  const what = error instanceof Unmocked ? 'mocks' : 'engine'
  return {
    status: 'error',
    elapsedMs: lines.at(-1)?.afterMs ?? 0,
    differences: [{ what, message }],
    trace: lines,
  }
}

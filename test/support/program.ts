import fc from 'fast-check'
import type { Failure } from '../../engine/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../../engine/json.ts'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import type { Deed } from '../../engine/testing/simulate.ts'

/** A step as it is written. */
export type WrittenStep = { readonly [key: string]: Json }

const errorType = fc.constantFrom('a.one', 'a.two', 'b.one')

/** What a generated call asks of {@link perform}: how long it takes, how often it fails, and with what. */
const order = fc.record({
  value: fc.integer({ min: 0, max: 9 }),
  takesMs: fc.constantFrom(0, 1, 5, 1_000, 3_600_000),
  failures: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 2, 99),
  type: errorType,
})

/** Does what the generated call asks for: it depends on nothing but the request. */
export function perform(request: Pick<ActivityRequest, 'input' | 'attempt'>): Deed {
  const { value = null, takesMs, failures, type } = isJsonObject(request.input) ? request.input : {}
  const takes = { takesMs: Number(takesMs) }
  if (request.attempt > Number(failures)) return { ...takes, returns: value }
  const failure: Failure = {
    type: typeof type === 'string' ? type : 'untyped',
    message: `attempt ${request.attempt}`,
    retryable: true,
  }
  return { ...takes, fails: failure }
}

interface Shapes {
  step: WrittenStep
  steps: readonly WrittenStep[]
  branch: readonly WrittenStep[]
  branchStep: WrittenStep
}

const leaf: fc.Arbitrary<WrittenStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ call: fc.constant('work'), with: order }) as fc.Arbitrary<WrittenStep>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ workflow: fc.constant('helper'), with: order }) as fc.Arbitrary<WrittenStep>,
  },
  { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom('1s', '10ms') }) as fc.Arbitrary<WrittenStep> },
  { weight: 1, arbitrary: errorType.map((type) => ({ fail: { type, message: 'on purpose' } })) },
  { weight: 2, arbitrary: fc.nat(9).map((data) => ({ [mailed]: data })) },
)

/** Stands for an event that the run sends itself and waits for; {@link numbered} gives each a name of its own. */
const mailed = 'mailed'

const modifiers = fc.record(
  {
    if: fc.constantFrom('$vars.n >= 0', '$vars.n < 0', '$input.go'),
    retry: fc.record({ maxAttempts: fc.integer({ min: 1, max: 3 }), delay: fc.constant('1s') }),
    catch: fc.array(
      fc.record({ on: fc.constantFrom(['a.*'], ['b.one'], ['*']), steps: fc.array(leaf, { maxLength: 2 }) }),
      { maxLength: 2, minLength: 1 },
    ),
    finally: fc.array(leaf, { minLength: 1, maxLength: 2 }),
    result: fc.constantFrom('${ $result }', { wrapped: '${ $result }' }),
    compensate: fc.record({
      call: fc.constant('undo'),
      with: fc.constant({ value: '${ $result }', failures: 0, takesMs: 0, type: 'b.one' }),
    }),
    timeout: fc.constantFrom('31m', '3h17m'), // no sum of what else takes time
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

/** What may happen to a program from within. */
export interface ProgramOptions {
  /** Whether timeouts may be shorter than what they bound, and branches race with them: time then decides. */
  readonly isTimed: boolean
}

function bodies({ isTimed }: ProgramOptions): fc.Arbitrary<readonly WrittenStep[]> {
  const modified = (step: fc.Arbitrary<WrittenStep>): fc.Arbitrary<WrittenStep> =>
    fc
      .tuple(step, fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: modifiers }))
      .map(([one, more]) => fitting(one, isTimed ? more : without('timeout', more)))
  const blocks = (tie: fc.LetrecTypedTie<Shapes>, inner: 'steps' | 'branch'): fc.Arbitrary<WrittenStep>[] =>
    [
      fc.record({ if: fc.constantFrom('$vars.n = 0', '$input.go'), then: tie(inner), else: tie(inner) }),
      fc
        .tuple(fc.constantFrom('$vars.n > 0', 'false'), tie(inner), tie(inner))
        .map(([when, one, other]) => ({ switch: [{ when, then: one }], default: other })),
      fc.record({ try: tie(inner), saga: fc.boolean() }),
      fc.record({
        parallel: fc.record({ a: tie('branch').map(caught), b: tie('branch').map(caught) }),
        onFailure: fc.constantFrom('cancel', 'continue'),
      }),
      tie('branch').map((steps) => ({
        race: { a: caught(steps), late: [{ wait: isTimed ? '2h13m' : '1000d' }] },
      })),
      fc
        .record({
          in: fc.constantFrom([], [1], [1, 2, 3]),
          concurrency: fc.constantFrom(2, 5),
          isolate: fc.boolean(),
          steps: tie('branch'),
        })
        .map((each) => ({ forEach: { ...each, tolerate: '100%' } })),
      fc
        .record({
          in: fc.constantFrom([], [1], [1, 2, 3]),
          tolerate: fc.constantFrom(0, 1, '100%'),
          steps: tie(inner),
        })
        .map((each) => ({ forEach: each })),
      tie(inner).map((steps) => ({ loop: { until: '$previous = 5 or true', steps } })),
    ] as fc.Arbitrary<WrittenStep>[]
  return fc.letrec<Shapes>((tie: fc.LetrecTypedTie<Shapes>) => ({
    steps: fc.array(tie('step'), { minLength: 1, maxLength: 2 }),
    step: modified(
      fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: count }),
        ...blocks(tie, 'steps'),
      ),
    ),
    branch: fc.array(tie('branchStep'), { minLength: 1, maxLength: 2 }),
    branchStep: modified(fc.oneof({ maxDepth: 2, withCrossShrink: true }, leaf, ...blocks(tie, 'branch'))),
  })).steps
}

/** Branches may not write it. */
const count: fc.Arbitrary<WrittenStep> = fc.constant({ set: { n: '${ $vars.n + 1 }' } })

/** A branch that cannot fail: which of two branches fails first is a matter of time, and so is all that follows from it. */
function caught(branch: readonly WrittenStep[]): readonly WrittenStep[] {
  return [{ try: branch, catch: [{ on: ['*'], result: 'caught' }] }]
}

/** A block `if` cannot have a guard, and a `fail` has no result to change or undo. */
function fitting(step: WrittenStep, more: JsonObject): WrittenStep {
  const isPlain = 'if' in step || 'fail' in step
  return { ...step, ...(isPlain ? without('if', without('result', without('compensate', more))) : more) }
}

function without(key: string, map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== key))
}

/** `steps` with an event of its own for each message that the run sends itself. */
function numbered(steps: Json, names: { count: number } = { count: 0 }): Json {
  if (Array.isArray(steps)) return steps.map((step: Json) => numbered(step, names))
  if (!isJsonObject(steps)) return steps
  const inside = Object.fromEntries(
    Object.entries(steps).map(([key, value]) => [key, numbered(value, names)]),
  )
  const { [mailed]: data, ...others } = inside
  if (data === undefined) return inside
  const event = `mail${(names.count += 1)}`
  return {
    try: [{ emit: { event, to: '${ $run.id }', data } }, { waitFor: { event, timeout: '1000d' } }],
    ...others,
  }
}

/** The definitions of a program, the main one first; activities `work` and `undo` are to be answered by {@link perform}. */
export function programs(options: ProgramOptions): fc.Arbitrary<readonly JsonObject[]> {
  return bodies(options).map((body) => [
    { name: 'generated', vars: { n: 0 }, steps: numbered(body as Json) },
    {
      name: 'helper',
      steps: [{ call: 'work', with: '${ $input }', finally: [{ wait: '10ms' }] }],
    },
  ])
}

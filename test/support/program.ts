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
  takesMs: fc.constantFrom(0, 1, 5, 1_000),
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
}

const leaf: fc.Arbitrary<WrittenStep> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ call: fc.constant('work'), with: order }) as fc.Arbitrary<WrittenStep>,
  },
  { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom('1s', '10ms') }) as fc.Arbitrary<WrittenStep> },
  { weight: 1, arbitrary: errorType.map((type) => ({ fail: { type, message: 'on purpose' } })) },
)

const modifiers = fc.record(
  {
    if: fc.constantFrom('$vars.n >= 0', '$vars.n < 0', '$input.go'),
    retry: fc.record({ maxAttempts: fc.integer({ min: 1, max: 3 }), delay: fc.constant('1s') }),
    catch: fc.array(
      fc.record({ on: fc.constantFrom(['a.*'], ['b.one'], ['*']), steps: fc.array(leaf, { maxLength: 2 }) }),
      {
        maxLength: 2,
        minLength: 1,
      },
    ),
    finally: fc.array(leaf, { minLength: 1, maxLength: 2 }),
    result: fc.constantFrom('${ $result }', { wrapped: '${ $result }' }),
    compensate: fc.record({
      call: fc.constant('undo'),
      with: fc.constant({ value: '${ $result }', failures: 0, takesMs: 0, type: 'b.one' }),
    }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

const { steps } = fc.letrec<Shapes>((tie: fc.LetrecTypedTie<Shapes>) => ({
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 2 }),
  step: fc
    .tuple(
      fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        leaf,
        fc.record({
          if: fc.constantFrom('$vars.n = 0', '$input.go'),
          then: tie('steps'),
          else: tie('steps'),
        }),
        fc.record({ try: tie('steps') }),
        fc.record({ parallel: fc.record({ a: tie('steps').map(caught), b: tie('steps').map(caught) }) }),
        fc
          .record({
            in: fc.constantFrom([], [1], [1, 2, 3]),
            concurrency: fc.constantFrom(1, 2, 5),
            tolerate: fc.constantFrom(0, 1, '100%'),
            steps: tie('steps'),
          })
          .map((each) => ({ forEach: each.concurrency === 1 ? each : { ...each, tolerate: '100%' } })),
        fc.record({ loop: fc.record({ until: fc.constant('$previous = 5 or true'), steps: tie('steps') }) }),
      ) as fc.Arbitrary<WrittenStep>,
      fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: modifiers }),
    )
    .map(([step, more]) =>
      'if' in step || 'fail' in step ? withoutGuard(step, more) : { ...step, ...more },
    ),
}))

/** A branch that cannot fail: which of two branches fails first is a matter of time, and so is all that follows from it. */
function caught(branch: readonly WrittenStep[]): Json {
  return [{ try: branch, catch: [{ on: ['*'], result: 'caught' }] }]
}

/** A block `if` cannot have a guard, and a `fail` has no result to change or undo. */
function withoutGuard(
  step: WrittenStep,
  { if: _, result: __, compensate: ___, ...more }: JsonObject,
): WrittenStep {
  return { ...step, ...more }
}

/**
 * Definitions whose result does not depend on the order in which concurrent work ends, beyond what their own steps
 * decide; activities `work` and `undo` are to be answered by {@link perform}.
 */
export const program: fc.Arbitrary<JsonObject> = steps.map((body) => ({
  name: 'generated',
  vars: { n: 0 },
  steps: body as Json,
}))

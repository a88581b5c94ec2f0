import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Failure } from '../../engine/failure.ts'
import type { Json, JsonObject } from '../../engine/json.ts'
import { compile } from '../../engine/language/compile.ts'
import type { Definition, Start } from '../../engine/language/definition.ts'
import type { ActivityRequest } from '../../engine/orchestrator/envelope.ts'
import { simulate, type Deed } from '../../engine/testing/simulate.ts'
import { ActivityError, type ActivityContext } from '../../engine/worker/activity.ts'
import { perform, programs } from '../support/program.ts'
import { RealMachine, type Blow } from '../support/real-machine.ts'

/** What must not depend on anything but the program: how the run ended, and what was called with what. */
interface Essence {
  readonly status: string
  readonly output?: Json
  readonly error?: Failure
  /** Each call once, in no order. */
  readonly asked: readonly string[]
}

function compiled(documents: readonly JsonObject[]): readonly Definition[] {
  const sources = documents.map((document, index) => ({ file: `${index}.yaml`, text: stringify(document) }))
  const { definitions, issues } = compile(sources)
  if (definitions.length < documents.length) throw new Error(JSON.stringify(issues, null, 2))
  return definitions.toSorted((a, b) => a.file.localeCompare(b.file))
}

function startOf([definition]: readonly Definition[], limits?: Start['limits']): Start {
  if (!definition) throw new Error('there is no program')
  return { definition, input: { go: true }, config: {}, ...(limits ? { limits } : {}) }
}

type Call = Pick<ActivityRequest, 'path' | 'attempt' | 'idempotencyKey' | 'input' | 'runId'>

function essence(
  { status, output, error }: Omit<Essence, 'asked'>,
  calls: readonly (readonly [name: string, call: Call])[],
): Essence {
  const asked = calls.map(([name, { path, attempt, idempotencyKey, input, runId }]) =>
    JSON.stringify({ name, path, attempt, key: idempotencyKey.replace(runId, ''), input }),
  )
  return {
    status,
    ...(output !== undefined && { output }),
    ...(error && { error }),
    asked: [...new Set(asked)].toSorted(),
  }
}

/** Runs a program in memory. */
async function inMemory(
  definitions: readonly Definition[],
  limits?: Start['limits'],
  act: (request: ActivityRequest) => Deed = perform,
  cancelMs?: number,
): Promise<Essence> {
  const run = await simulate(startOf(definitions, limits), {
    definitions,
    perform: (_, request) => act(request),
    stimuli: cancelMs === undefined ? [] : [{ afterMs: cancelMs, cancel: true }],
  })
  return essence(
    run,
    run.calls.map(({ name, request }) => [name, request]),
  )
}

/** Runs a program on the real hub; what the hub has a result of must not be asked for again, whatever befalls. */
async function onTheHub(
  definitions: readonly Definition[],
  blow?: Blow,
  limits?: Start['limits'],
  cancelMs?: number,
): Promise<Essence> {
  const calls: [string, Call][] = []
  const act =
    (machine: RealMachine, name: string) =>
    async (input: Json, context: ActivityContext): Promise<Json> => {
      calls.push([name, { ...context, input }])
      const deed = perform({ input, attempt: context.attempt })
      await machine.sleep(deed.takesMs ?? 0, context.signal)
      if ('returns' in deed) return deed.returns
      throw new ActivityError(deed.fails.type, deed.fails.message, { retryable: deed.fails.retryable })
    }
  const machine = await RealMachine.open({
    definitions,
    activities: (real) => ({ work: act(real, 'work'), undo: act(real, 'undo') }),
    isWired: blow !== undefined && blow.after % 2 === 1,
  })
  try {
    const id = await machine.start(startOf(definitions, limits))
    if (cancelMs !== undefined) machine.at(cancelMs, () => machine.client.cancel(id))
    const run = await machine.live(id, blow)
    expect(machine.ledger.repeated).toEqual([])
    if (!run) throw new Error('the run waits for what never comes')
    return essence(run, calls)
  } finally {
    await machine.close()
  }
}

/** So many programs, or as many as there is time for. */
const upTo = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, interruptAfterTimeLimit: 4_000 })

const somewhere = fc.record({ events: fc.integer({ min: 1, max: 12 }), bytes: fc.constant(262_144) })

test('replaying any prefix of a history asks for the same effects again', async () => {
  await fc.assert(
    fc.asyncProperty(programs({ isTimed: true }), async (documents) => {
      expect((await inMemory(compiled(documents))).status).not.toBe('stuck')
    }),
    upTo(100),
  )
})

test('checkpoints, wherever they fall, change neither result nor effects', async () => {
  await fc.assert(
    fc.asyncProperty(programs({ isTimed: false }), somewhere, async (documents, limits) => {
      const definitions = compiled(documents)
      expect(await inMemory(definitions, limits)).toEqual(await inMemory(definitions))
    }),
    upTo(100),
  )
})

test('completions in any order give the same result', async () => {
  await fc.assert(
    fc.asyncProperty(
      programs({ isTimed: false }),
      fc.infiniteStream(fc.nat(10_000)),
      async (documents, times) => {
        const definitions = compiled(documents)
        const [whole, mixed] = [
          await inMemory(definitions),
          await inMemory(definitions, undefined, (request) => ({
            ...perform(request),
            takesMs: times.next().value ?? 0,
          })),
        ]
        expect(mixed).toEqual(whole)
      },
    ),
    upTo(60),
  )
})

test('a program gives the same result in memory and on the hub, cancelled at some time or not', async () => {
  const cancel = fc.option(fc.constantFrom(3, 507, 1_507, 1_807_000, 3_600_507), { nil: undefined })
  await fc.assert(
    fc.asyncProperty(programs({ isTimed: true }), cancel, async (documents, cancelMs) => {
      const definitions = compiled(documents)
      const whole = await inMemory(definitions, undefined, perform, cancelMs)
      expect(await onTheHub(definitions, undefined, undefined, cancelMs)).toEqual(whole)
    }),
    upTo(80),
  )
})

test.for(['worker', 'process'] as const)(
  'the death of the %s at any point changes nothing in the result, and nothing that was recorded is done again',
  async (victim) => {
    await fc.assert(
      fc.asyncProperty(
        programs({ isTimed: false }),
        fc.nat(80),
        somewhere,
        async (documents, after, limits) => {
          const definitions = compiled(documents)
          expect(await onTheHub(definitions, { victim, after }, limits)).toEqual(await inMemory(definitions))
        },
      ),
      upTo(40),
    )
  },
)

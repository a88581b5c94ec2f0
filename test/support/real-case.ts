import { EngineError } from '../../engine/error.ts'
import type { Json } from '../../engine/json.ts'
import type { Start } from '../../engine/language/definition.ts'
import { ActivityError, type ActivityContext, type ActivityDefinition } from '../../engine/worker/activity.ts'
import {
  activitiesOf,
  actor,
  callOf,
  definitionsOf,
  durationOf,
  sightOf,
  startOf,
  type Case,
  type Observed,
  type ObservedCall,
  type Sight,
} from './case.ts'
import { RealMachine } from './real-machine.ts'

/** Runs a case on the embedded hub, with the real client and the real worker, on a clock that jumps. */
export async function runReally(one: Case, limits?: Start['limits']): Promise<Observed> {
  const definitions = definitionsOf(one)
  const calls: ObservedCall[] = []
  const machine = await RealMachine.open({
    definitions,
    activities: (real) => registryOf(one, real, calls),
    ...(one.env && { env: one.env }),
    isWired: limits !== undefined,
  })
  try {
    const id = await machine.start(startOf(one, definitions, limits))
    const { refused, sights } = arrange(one, machine, id)
    const ended = await machine.live(id)
    const run = ended ?? (await machine.client.get(id))
    if (!run) throw new Error('the run is gone')
    return {
      status: ended ? run.status : 'stuck',
      ...(run.output === undefined ? {} : { output: run.output }),
      ...(run.error === undefined ? {} : { error: run.error }),
      calls,
      elapsedMs: Date.parse(run.updatedAt) - Date.parse(run.createdAt),
      report: run.report,
      refused,
      sights,
    }
  } finally {
    await machine.close()
  }
}

/** The activities of a case, which write down what they are given. */
function registryOf(
  one: Case,
  machine: RealMachine,
  calls: ObservedCall[],
): Readonly<Record<string, ActivityDefinition>> {
  const act = actor(one)
  const run =
    (name: string) =>
    async (input: Json, context: ActivityContext): Promise<Json> => {
      calls.push(callOf(name, { input, ...context }))
      const deed = act(name, input)
      if (deed.takesMs !== undefined) await machine.sleep(deed.takesMs, context.signal)
      if ('returns' in deed) return deed.returns
      const { type, message, data, retryable } = deed.fails
      throw new ActivityError(type, message, { retryable, ...(data === undefined ? {} : { data }) })
    }
  return Object.fromEntries(
    activitiesOf(one).map((name) => [name, { run: run(name), ...one.schemas?.[name] }]),
  )
}

/** Has people and systems do what the case says. */
function arrange(one: Case, machine: RealMachine, id: string): Pick<Observed, 'refused' | 'sights'> {
  const { client } = machine
  const refused: string[] = []
  const sights: Omit<Sight, 'after'>[] = []
  for (const { after, name, data = null } of one.events ?? [])
    machine.at(durationOf(after), () => client.raise(id, name, data))
  for (const { after, step, data, reason } of one.answers ?? [])
    machine.at(durationOf(after), async () => {
      try {
        await (data === undefined ? client.decline(id, step, reason) : client.answer(id, step, data))
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        refused.push(error.message)
      }
    })
  if (one.cancel) machine.at(durationOf(one.cancel.after), () => client.cancel(id))
  for (const [index, { after }] of (one.expect.sees ?? []).entries())
    machine.at(durationOf(after), async () => {
      sights[index] = sightOf((await client.get(id))?.report ?? {})
    })
  return { refused, sights }
}

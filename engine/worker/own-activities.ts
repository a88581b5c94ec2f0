import { Cron } from 'croner'
import { configOf, type Environment } from '../config.ts'
import { EngineError } from '../error.ts'
import type { Json } from '../json.ts'
import { checkAgainst } from '../language/schema.ts'
import type { Definition } from '../language/definition.ts'
import { meantOrKnown } from '../language/names.ts'
import { newestMatching } from '../language/newest.ts'
import type { HostActivities } from '../orchestrator/envelope.ts'
import type { Run } from '../run.ts'
import { asData, inWords } from '../violations.ts'
import { CallFailed } from './call-failed.ts'

/** What the host needs from a client of runs. */
export interface Runs {
  start(
    definition: Definition,
    input: Json,
    options: {
      readonly id: string
      readonly parent?: string
      readonly tags?: Readonly<Record<string, string>>
    },
  ): Promise<unknown>
  raise(id: string, event: string, data: Json): Promise<void>
  wait(id: string, options: { readonly timeoutMs: number }): Promise<Pick<Run, 'status' | 'output' | 'error'>>
}

/** How long one look at a child run may last: a longer one would hold a place of the host. */
const awaitMs = 30_000

export interface OwnActivitiesOptions {
  definitions(): readonly Definition[]
  readonly runs: Runs
  readonly env: Environment
}

/**
 * The activities by which the interpreter asks its host for what replayed code cannot do itself: performs the one
 * called `name`, if there is one.
 */
export function ownActivities(
  options: OwnActivitiesOptions,
): (name: string, input: Json) => Promise<unknown> | undefined {
  const own: Readonly<Record<string, (request: never) => Promise<unknown>>> = activitiesOf(options)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own interpreter wrote the request
  return (name, input) => (Object.hasOwn(own, name) ? own[name]?.(input as never) : undefined)
}

type OwnActivities = {
  readonly [Name in keyof HostActivities]: (
    request: HostActivities[Name]['request'],
  ) => Promise<HostActivities[Name]['result']>
}

function activitiesOf({ runs, env, ...options }: OwnActivitiesOptions): OwnActivities {
  const named = (workflow: string): Definition => {
    const definition = newestMatching(options.definitions(), workflow)
    if (definition) return definition
    const names = new Set(options.definitions().map(({ name }) => name))
    const hint = meantOrKnown(workflow.split('@')[0] ?? workflow, names, 'Known') ?? 'No definition is loaded'
    throw new CallFailed({
      type: 'workflow.unknown',
      message: `There is no workflow "${workflow}". ${hint}`,
    })
  }
  return {
    'longhaul.resolve': async ({ workflow, input }) => {
      const definition = named(workflow)
      return { definition, input: inputFor(definition, input), config: configOf(definition, env) }
    },
    'longhaul.start': async ({ id, workflow, input, parent }) => {
      const definition = named(workflow)
      try {
        await runs.start(definition, input, {
          id,
          ...(parent === undefined ? {} : { parent, tags: { 'longhaul.parent': parent } }),
        })
      } catch (error) {
        if (!isRefusal(error, 'run.exists')) throw asFailure(error) // else we were asked before
      }
      return id
    },
    'longhaul.tick': async ({ cron, timezone, after }) =>
      new Cron(cron, { timezone }).nextRun(new Date(after))?.getTime() ?? null,
    'longhaul.await': async ({ id, waitMs = awaitMs }) => {
      try {
        const { status, output, error } = await runs.wait(id, { timeoutMs: waitMs })
        if (error) throw new CallFailed(error)
        return status === 'completed' ? { ended: true, output: output ?? null } : { ended: false }
      } catch (error) {
        throw asFailure(error)
      }
    },
    'longhaul.raise': async ({ to, event, data }) => {
      try {
        await runs.raise(to, event, data)
      } catch (error) {
        throw asFailure(error)
      }
      return null
    },
  }
}

function inputFor(definition: Definition, input: Json): Json {
  if (definition.input === undefined) return input
  const checked = checkAgainst(definition.input, input)
  if (checked.ok) return checked.value
  throw new CallFailed({
    type: 'workflow.invalidInput',
    message: `The input does not fit workflow "${definition.name}": ${inWords(checked.problems)}`,
    data: asData(checked.problems),
  })
}

function isRefusal(error: unknown, code: EngineError['code']): boolean {
  return error instanceof EngineError && error.code === code
}

/** A refusal of the engine as a failure of the step that asked; only an unreachable hub is worth another try. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  const { code, message, data } = error
  return new CallFailed({
    type: code,
    message,
    ...(data !== undefined && { data }),
    retryable: code === 'hub.unavailable',
  })
}

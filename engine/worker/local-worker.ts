import { type Logger, NoOpLogger } from '@microsoft/durabletask-js'
import values from '@microsoft/durabletask-js/dist/utils/pb-helper.util.js'
import type { Deliveries } from './deliveries.ts'
import { type Decision, LiveRuns, type Told } from './live-runs.ts'
import { LocalContext } from './local-context.ts'
import type { Duties } from './sdk-worker.ts'

/** What an activity gave: its result as JSON, or `TaskFailureDetails`. */
export type Outcome = { readonly result?: string } | { readonly failure: Uint8Array }

/** The call of an activity. */
export interface LocalCall {
  /** What the run that asked numbers it by, in this generation of its. */
  readonly id: number
  readonly instance: string
  readonly generation: string
  /** `input` is JSON. */
  readonly call: { readonly name: string; readonly input?: string }
}

/** What a hub in this process asks of a worker; `answer` rejects when the answer does not count. */
export interface LocalWorker {
  /** A custom status that is absent is as it was. */
  takeTurn(
    turn: Told,
    answer: (decision: Pick<Decision, 'actions' | 'customStatus'>) => Promise<void>,
  ): Promise<void>
  perform(call: LocalCall, answer: (outcome: Outcome) => Promise<void>): Promise<void>
}

/**
 * A worker for a hub in this process, without the connection of the SDK's: its turns are taken by the SDK's executor,
 * by at most `liveRuns` interpreters that stay alive between turns.
 */
export function localWorker(duties: Duties, liveRuns: number, deliveries: Deliveries): LocalWorker {
  const registry = { getOrchestrator: () => duties.orchestrator }
  const live = new LiveRuns(registry, silent, liveRuns, (id) => new LocalContext(id))
  return {
    takeTurn: (turn, answer) =>
      live.take(turn, ({ actions, customStatus, isNews }) =>
        deliveries.deliver(() => answer({ actions, customStatus: isNews ? customStatus : undefined })),
      ),
    perform: async ({ call: { name, input } }, answer) => {
      const outcome = await outcomeOf(() => duties.activity(name, input ? JSON.parse(input) : undefined))
      await deliveries.deliver(() => answer(outcome))
    },
  }
}

async function outcomeOf(perform: () => Promise<unknown>): Promise<Outcome> {
  try {
    const result = await perform()
    return result === undefined ? {} : { result: JSON.stringify(result) }
  } catch (error) {
    return { failure: values.newFailureDetails(error).serializeBinary() }
  }
}

const silent: Logger = new NoOpLogger()

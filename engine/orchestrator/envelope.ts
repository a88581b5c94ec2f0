import type { Json } from '../json.ts'
import type { Definition } from '../language/definition.ts'

/** What the interpreter sends an activity host: the input of the durable activity. */
export interface ActivityRequest {
  /** What the handler gets, `{ $secret: NAME }` markers still in place. */
  readonly input: Json
  readonly runId: string
  readonly workflow: string
  readonly path: string
  readonly attempt: number
  readonly idempotencyKey: string
  /** How long the handler may take, in ms; absent: as long as it likes. */
  readonly timeoutMs?: number
  /** A JSONata source over the raw result: what becomes the result. */
  readonly keep?: string
  /** The names that `{ $secret }` may use. */
  readonly secrets?: readonly string[]
  readonly traceparent?: string
}

/**
 * The activities by which the interpreter asks its host for what replayed code cannot do itself.
 * Their requests are the `input` of an {@link ActivityRequest}; the prefix is refused for activities of users.
 */
export interface HostActivities {
  /** Finds the newest definition that `workflow` (`name` or `name@range`) names and checks `input` against it. */
  'longhaul.resolve': {
    request: { readonly workflow: string; readonly input: Json }
    result: {
      readonly definition: Definition
      readonly input: Json
      readonly config: Readonly<Record<string, Json>>
    }
  }
  /** Starts a run of its own under the given id, once, however often it is asked; gives the id. */
  'longhaul.start': {
    request: {
      readonly id: string
      readonly workflow: string
      readonly input: Json
      readonly parent?: string
    }
    result: string
  }
  /** The first tick of a cron line after an instant, both epoch ms; `null`: there is none. */
  'longhaul.tick': {
    request: { readonly cron: string; readonly timezone: string; readonly after: number }
    result: number | null
  }
  /** Waits for the end of a run, for `waitMs` or some seconds: fails as the run failed; says so when it has not ended yet. */
  'longhaul.await': {
    request: { readonly id: string; readonly waitMs?: number }
    result: { readonly ended: true; readonly output: Json } | { readonly ended: false }
  }
  /** Raises an event to a run; fails with `run.unknown` or `run.ended`. */
  'longhaul.raise': {
    request: { readonly to: string; readonly event: string; readonly data: Json }
    result: null
  }
}

// Clients read failures too and may not come in here: the two functions live in the base.
export { fromDetails, toThrowable } from '../failure.ts'

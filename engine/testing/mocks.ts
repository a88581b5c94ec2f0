import { project } from '../expressions/evaluate.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { ActivityCatalog } from '../language/catalog.ts'
import { nearest } from '../language/names.ts'
import { referenceOf } from '../language/newest.ts'
import { checkAgainst } from '../language/schema.ts'
import type { ActivityRequest } from '../orchestrator/envelope.ts'
import { asData, inWords } from '../violations.ts'
import { failureOf } from '../worker/thrown.ts'
import type { Deed } from './simulate.ts'

/** Thrown out of a simulation that calls an activity of which its test does not say what it returns. */
export class Unmocked extends Error {
  override readonly name: string = 'Unmocked'
}

/** An activity host that calls nothing: every call gets what the test says. */
export class Mocks {
  readonly #mocks: Readonly<Record<string, readonly Deed[]>>
  readonly #catalog: ActivityCatalog
  readonly #counts = new Map<string, number>()

  constructor(mocks: Readonly<Record<string, readonly Deed[]>>, catalog: ActivityCatalog = {}) {
    this.#mocks = mocks
    this.#catalog = catalog
  }

  /** Refuses an input of the wrong shape as the real host would, and applies `keep` as it would. */
  perform(name: string, request: ActivityRequest): Deed {
    const deed = this.#next(name, '*')
    if (!deed) throw new Unmocked(this.#complaint(name, request))
    const refused = this.#refusal(name, request.input)
    if (refused) return refused
    if (request.keep === undefined || !('returns' in deed)) return deed
    try {
      return { ...deed, returns: project(request.keep, deed.returns) }
    } catch (error) {
      return { fails: failureOf(error) }
    }
  }

  /** What stands in for a child workflow: only one that is named. */
  standIn(workflow: string): Deed | undefined {
    return this.#next(referenceOf(workflow).name)
  }

  #next(name: string, otherwise?: string): Deed | undefined {
    const script = this.#script(name) ?? (otherwise === undefined ? undefined : this.#script(otherwise))
    const count = this.#counts.get(name) ?? 0
    this.#counts.set(name, count + 1)
    return script?.[Math.min(count, script.length - 1)]
  }

  #script(name: string): readonly Deed[] | undefined {
    return Object.hasOwn(this.#mocks, name) ? this.#mocks[name] : undefined
  }

  #complaint(name: string, { path }: ActivityRequest): string {
    const meant = nearest(name, Object.keys(this.#mocks))
    const cure =
      meant === undefined
        ? `add it to "mocks", or let "*": {} stand for all that are not named`
        : `did you mean it by the mock "${meant}"?`
    return `Activity "${name}", called at "${path}", has no mock; ${cure}`
  }

  #refusal(name: string, input: Json): Deed | undefined {
    const schema = Object.hasOwn(this.#catalog, name) ? this.#catalog[name]?.input : undefined
    const checked = checkAgainst(schema ?? true, revealed(input))
    const problems = checked.ok ? [] : checked.problems.filter(({ keyword }) => shape.has(keyword ?? ''))
    if (problems.length === 0) return undefined
    const message = `The input of activity "${name}" does not fit: ${inWords(problems)}`
    return {
      fails: { type: 'activity.invalidInput', message, data: asData(problems), retryable: false },
    }
  }
}

/** What of a schema counts: the values of mocks are made up, and an id of theirs need not look like a real one. */
const shape = new Set(['type', 'required', 'additionalProperties', 'unevaluatedProperties'])

/** `input` with a text in the place of each secret: tests know none. */
function revealed(input: Json): Json {
  if (Array.isArray(input)) return input.map(revealed)
  if (!isJsonObject(input)) return input
  if (typeof input['$secret'] === 'string') return `secret ${input['$secret']}`
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, revealed(value)]))
}

import type { JsonSchema } from '../json.ts'

/** What the language knows about one activity. */
export interface ActivitySignature {
  readonly input?: JsonSchema
  readonly output?: JsonSchema
  readonly description?: string
}

/** The activities that a host offers, by name. */
export type ActivityCatalog = Readonly<Record<string, ActivitySignature>>

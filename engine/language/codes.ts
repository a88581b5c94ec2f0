import type { ActivityCatalog } from './catalog.ts'
import { documentCodes } from './codes/document.ts'
import { expressionCodes } from './codes/expressions.ts'
import { flowCodes } from './codes/flow.ts'
import { nameCodes } from './codes/names.ts'
import { structureCodes } from './codes/structure.ts'
import { valueCodes } from './codes/values.ts'

/** What `longhaul explain CODE` and the documentation say about one kind of issue. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning'
  /** A few words. */
  readonly title: string
  /** What it means, why it matters, and what to do. */
  readonly means: string
  /**
   * An example that gives exactly this issue, and the same one put right. Steps alone (`- call: …`) and definitions
   * without a name are completed by {@link exampleOf}, unless a comment stands first; `---` separates definitions that belong together.
   */
  readonly bad: string
  readonly good: string
}

export type IssueCode =
  | keyof typeof documentCodes
  | keyof typeof structureCodes
  | keyof typeof nameCodes
  | keyof typeof expressionCodes
  | keyof typeof valueCodes
  | keyof typeof flowCodes

/** Every code of an issue. Codes are never renamed: people write them into their tools. */
export const codes: Readonly<Record<IssueCode, CodeEntry>> = {
  ...documentCodes,
  ...structureCodes,
  ...nameCodes,
  ...expressionCodes,
  ...valueCodes,
  ...flowCodes,
}

/** The entry of a code that may not be one. */
export function codeEntry(code: string): CodeEntry | undefined {
  return Object.entries<CodeEntry>(codes).find(([known]) => known === code)?.[1]
}

/** The definitions of an example, completed to ones that stand on their own. */
export function exampleOf(snippet: string): readonly string[] {
  return snippet.split(/^---\n/m).map((part) => {
    if (part.startsWith('#')) return part
    const whole = part.startsWith('- ') ? `steps:\n${part.replaceAll(/^(?=.)/gm, '  ')}` : part
    const head = /^name:/m.test(whole) ? '' : 'name: example\n'
    const described = /^description:|expose: false/m.test(whole) ? '' : 'description: An example\n'
    const body = /^steps:/m.test(whole) ? '' : '\nsteps:\n  - call: log\n    with: { message: hello }\n'
    return `${head}${described}${whole}${body}`
  })
}

/** The activities that the examples call. */
export const exampleCatalog: ActivityCatalog = {
  log: {
    input: {
      type: 'object',
      required: ['message'],
      properties: { message: { type: 'string' }, data: {} },
    },
  },
  'http.request': { input: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } } },
  'batch.run': {
    input: { type: 'object', properties: { items: { type: 'array', items: { type: 'string' } } } },
  },
  'inventory.reserve': {
    input: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
      additionalProperties: false,
    },
    output: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  },
  'inventory.release': {
    input: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  },
}

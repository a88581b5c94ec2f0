import type { RunClient } from '../client/client.ts'
import type { ActivityCatalog } from '../language/catalog.ts'
import type { Source } from '../language/compile.ts'
import type { Definition } from '../language/definition.ts'

/** What MCP needs from the program it stands in; what is absent is not offered. */
export interface McpHost {
  readonly client: RunClient
  /** Every definition as of now; where there are several versions of one, the newest stands first. */
  definitions(): readonly Definition[]
  /** Calls `listener` after every hot reload; gives the way to stop that. */
  onDefinitionsChanged(listener: () => void): () => void
  /** The YAML text of a definition. */
  sourceOf?(name: string): string | undefined
  /** The activities that a definition may call, for authors. */
  activities?(): ActivityCatalog
  /** How to write a definition, as Markdown; default: our own page. */
  guide?(): string
}

/** What an engine has of what MCP needs. */
export interface EngineView extends Pick<McpHost, 'client' | 'definitions' | 'onDefinitionsChanged'> {
  sources(): readonly Source[]
  readonly catalog: ActivityCatalog
}

/** An engine as the host of an MCP server. */
export function hostOf(engine: EngineView): McpHost {
  return {
    client: engine.client,
    definitions: () => engine.definitions(),
    onDefinitionsChanged: (listener) => engine.onDefinitionsChanged(listener),
    activities: () => engine.catalog,
    sourceOf: (name) => {
      const file = engine.definitions().find((definition) => definition.name === name)?.file
      return engine.sources().find((source) => source.file === file)?.text
    },
  }
}

/** A generation of the protocol: `legacy` is 2025-11-25 and older, `modern` is 2026-07-28 with the tasks extension. */
export type Era = 'legacy' | 'modern'

/** What a server may be told, whatever it listens on. */
export interface McpOptions {
  /** The version of the program, as clients see it. */
  readonly version?: string
  /** Default: both. */
  readonly eras?: readonly Era[]
  /** What a call without a task gets from a tool that requires one. Default `reject`. */
  readonly onNonTaskClient?: 'reject' | 'wait'
  /** What a call of the newer era gets that lacks required input: a refusal, or a form for a person. Default `reject`. */
  readonly onMissingInput?: 'reject' | 'ask'
  /** In the newer era, how long a run of an optional tool may take and still be answered with its result. Default 500. */
  readonly promptMs?: number
  /** How long a call without a task may wait for its run. Default five minutes. */
  readonly waitLimitMs?: number
  /** Results longer than this many characters of JSON become a resource link. Default 262,144. */
  readonly inlineLimit?: number
  /** Whether there are tools for clients that know no tasks: start, status, result, answer, cancel. Default `false`. */
  readonly companions?: boolean
  /** Whether there are tools for models that write definitions; they read and check, and change nothing. Default `false`. */
  readonly authoring?: boolean
  /** Hears of errors that callers see only as "Internal error". Default: standard error. */
  readonly onError?: (error: unknown) => void
}

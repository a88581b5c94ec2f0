import type { RunClient } from '../client/client.ts'
import type { ActivityCatalog } from '../language/catalog.ts'
import type { Definition } from '../language/definition.ts'
import type { Issue } from '../language/issue.ts'

/** What MCP needs from the program it stands in; what is absent is not offered. */
export interface McpHost {
  readonly client: RunClient
  /** The newest version of each definition, as of now. */
  definitions(): readonly Definition[]
  /** Calls `listener` after every hot reload; gives the way to stop that. */
  onDefinitionsChanged(listener: () => void): () => void
  /** The YAML text of a definition. */
  sourceOf?(name: string): string | undefined
  /** The activities that a definition may call, for authors. */
  activities?(): ActivityCatalog
  /** Everything wrong in the text of a definition, for authors. */
  validate?(text: string): Promise<readonly Issue[]> | readonly Issue[]
  /** What an issue code means and how to put it right. */
  explain?(code: string): string | undefined
  /** How to write a definition, as Markdown. */
  guide?(): string
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
  /** How long such a call may wait for its run. Default five minutes. */
  readonly waitLimitMs?: number
  /** Results longer than this many characters of JSON become a resource link. Default 262,144. */
  readonly inlineLimit?: number
  /** Hears of errors that callers see only as "Internal error". Default: standard error. */
  readonly onError?: (error: unknown) => void
}
